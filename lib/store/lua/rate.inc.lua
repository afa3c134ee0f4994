-- How often one user places holds or changes them, and how much he may hoard
-- (see hoard); what is refused for another reason does not count. Expects now,
-- now_text, ended, rate and hoard, and limits: ms between two, how many of them
-- at once, and seat-seconds, slashes between, 0 for any number; or ''.
-- Answers 'rate' | 'hoard', ms to wait, then what expired; or leaves rate as it
-- is to be written.
--
-- What he has used up is kept in his record: the time at which all of the burst
-- is there again (see gcra) less the time between two, so that it is just now
-- for the first; ms without their first digit, to be read as what is nearest. Who
-- has none of it was limited by nothing when he held, and hoards nothing.

if rate == '' and hoard == '' then
	if limits ~= '' then
		rate = ',' .. string.sub(now_text, 2)
	end
else
--#include gcra
--#include hoard
	local interval, burst, most = string.match(limits,
	    '^(%d+)/(%d+)/(%d+)$')
	local sum, ends = hoard_read(hoard, now)
	if interval and most ~= '0' and sum >= tonumber(most) then
		return {'hoard', int(ends * 1000 - now), unpack(ended)}
	end
	if not interval then
		rate = ''
	elseif interval == '0' or rate == '' then
		rate = ',' .. string.sub(now_text, 2)
	else
		local was = rate_read(rate, now) + interval
		local full, wait, latest = gcra(was, now, tonumber(interval),
		    tonumber(burst), 1)
		rate = ',' .. string.sub(int((full or latest) - interval), 2)
		if not full and latest < was then
			redis.call('HSET', holds_key, field,
			    user_text(held, bought, tokens, rate, hoard))
		end
		if not full then
			return {'rate', int(wait), unpack(ended)}
		end
	end
end
