#!lua flags=allow-oom
-- hold_unpay - a payment came to nothing: P -> H while the hold runs, else A
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), user, journal ('1' or ''),
--       ms that the hold runs from now on ('' for its end as it is) or 'lost',
--       then for each seat that PostgreSQL says is somebody else's: seat,
--       letter, mark
-- gives 'ok', record, log id: held again
--       'ended', record [, log id]: over; l when a seat is not its own any
--       more
--       'none' | 'gone'
-- Atomic because the clock decides between the two ways back. Somebody
-- else's seats are set only where they still stand at this hold's P.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local now, token, journal = clock(ARGV[1]), ARGV[2], ARGV[4]
local record = redis.call('HGET', holds_key, token)
local hold = record and hold_read(record)
if not hold or hold.user ~= ARGV[3] then
	return {'none'}
end
if hold.status == 'h' then
	return {'ok', record, log_last()}
end
if hold.status ~= 'p' then
	return {'ended', record}
end

local mark = mark_of(token)
if ARGV[5] == 'lost' then
	for i = 6, #ARGV, 3 do
		local moved = seats_move(ARGV[i], mark, 'P', ARGV[i + 1])
		if moved ~= '' then
			seats_write(refs_key, seats_places(moved),
			    struct.pack('>i4', tonumber(ARGV[i + 2])))
			log_add(ARGV[i + 1], moved, '')
		end
	end
	local id, text = hold_end(token, record, hold, 'P', 'l', journal)
	return {'ended', text, id}
end
if ARGV[5] ~= '' then
	record = hold_until(record, now + ARGV[5])
	hold = hold_read(record)
end
if hold.ends <= now then
	local id, text = hold_end(token, record, hold, 'P', 'e', journal)
	return {'ended', text, id}
end
local moved, missed = '', ''
if not hold.section then
	moved, missed = seats_move(hold.seats, mark, 'P', 'H')
end
if missed ~= '' then
	local id, text = hold_end(token, record, hold, 'H', 'l', journal)
	return {'ended', text, id}
end
record = hold_become(record, 'h')
redis.call('HSET', holds_key, token, record)
redis.call('ZADD', due_key, int(hold.ends), token)
local due = tonumber(redis.call('HGET', meta_key, 'due') or nil)
if not due or hold.ends < due then
	redis.call('HSET', meta_key, 'due', int(hold.ends))
end
return {'ok', record,
    log_add('H', moved, journal, token, record)}
