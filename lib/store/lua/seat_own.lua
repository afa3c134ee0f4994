-- seat_own - a user has so many seats of a reservation more, or less
--
--#keys meta holds
-- ARGV  now, user, how many more (below 0: less), token of the hold that the
--       reservation was bought by
-- gives 'ok'
--       'limit', how many he may have more: nothing was counted
--       'late': what he paid is not mirrored, and nothing was counted
--       'gone'
-- Atomic because he may hold seats of the performance meanwhile, within the same
-- limit. Whoever has less was counted in PostgreSQL before: reconcile looks
-- whether it says the same.
--#include perf
--#include hold

local meta = redis.call('HMGET', meta_key, 's', 'max')
if meta[1] ~= 'live' then
	return {'gone'}
end
local field, n = 'u' .. ARGV[2], tonumber(ARGV[3])
local known = redis.call('HMGET', holds_key, field, ARGV[4])
local held, bought, tokens, rate, hoard = user_read(known[1])
local hold = known[2] and hold_read(known[2])
if n < 0 and hold and hold_runs(hold) then
	return {'late'}
end
if n > 0 and held + bought + n > tonumber(meta[2]) then
	return {'limit', int(math.max(0, tonumber(meta[2]) - held - bought))}
end
bought = math.max(0, bought + n)
if held == 0 and bought == 0 and rate == '' and hoard == '' then
	redis.call('HDEL', holds_key, field)
else
	redis.call('HSET', holds_key, field,
	    user_text(held, bought, tokens, rate, hoard))
end
if n < 0 then
	redis.call('HINCRBY', meta_key, 'dirty', '1')
end
return {'ok'}
