-- hold_pay - a hold's seats H -> P: from here no clock frees them
--
--#keys stock seats refs meta holds due log active
-- ARGV  now, token (16 bytes), user, journal of an end ('1' or ''), ms after
--       which no handler still works on this attempt
-- gives 'ok', record, log id: paying since now
--       'paying', record, log id: paying already; whoever repeats an attempt
--       whose worker died goes on from here
--       'ended', record [, log id]: over; e also when it lapses just now, l
--       when a seat is not its own any more
--       'none' | 'gone'
-- Atomic because expiry must meet either a hold that can lapse or one that
-- cannot. That it is being paid for is not journaled by its entry: the intent
-- writes it, or nothing came of it.
--#include perf
--#include seat
--#include hold
--#include log

local meta = redis.call('HMGET', meta_key, 's', 'due', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local now, token, journal = clock(ARGV[1]), ARGV[2], ARGV[4]
local record = redis.call('HGET', holds_key, token)
local hold = record and hold_read(record)
if not hold or hold.user ~= ARGV[3] then
	return {'none'}
end
-- Until then reconcile does not ask whether the attempt has left a claim.
local function until_dead()
	local dead = now + ARGV[5]
	redis.call('ZADD', due_key, int(dead), token)
	if not meta[2] or dead < tonumber(meta[2]) then
		redis.call('HSET', meta_key, 'due', int(dead))
	end
	-- Nobody gets his place in front of the sale meanwhile.
	if (meta[3] or '') ~= '' then
		redis.call('ZADD', active_key, 'XX', 'GT', int(dead),
		    hold.user)
	end
end

if hold.status == 'p' then
	until_dead()
	return {'paying', record, log_last()}
end
if hold.status ~= 'h' then
	return {'ended', record}
end
local function ended(status)
--#include move
--#include stock
--#include leave
--#include end
	local id, text = hold_end(token, record, hold, 'H', status, journal)
	return {'ended', text, id}
end

if hold.ends <= now then
	return ended('e')
end
-- Places of a counter section stay promised.
local moved = ''
if not hold.section then
	local mark, places = mark_of(token), seats_places(hold.seats)
	local letters = seats_read(seats_key, 1, places)
	local marks = seats_read(refs_key, 4, places)
	for i = 1, #places do
		if letters[i] ~= 72 or marks[i] ~= mark then
			return ended('l')
		end
	end
	seats_write(seats_key, places, 'P')
	moved = hold.seats
end

record = hold_become(record, 'p')
redis.call('HSET', holds_key, token, record)
until_dead()
return {'ok', record, log_add('P', moved, '')}
