-- hold_extend - a running hold lasts longer, up to its hard end
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), user, journal ('1' or ''), ms to add
-- gives 'ok', record, log id
--       'last': it ends at its hard end already
--       'paying' | 'none' | 'gone'
--       'ended', record [, log id]: it is over
-- Atomic because it must meet the hold before its seats are freed.
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
if hold.status == 'p' then
	return {'paying'}
end
if hold.status ~= 'h' then
	return {'ended', record}
end
if hold.ends <= now then
	local id, text = hold_end(token, record, hold, 'H', 'e', journal)
	return {'ended', text, id}
end
if hold.ends >= hold.hard_ends then
	return {'last'}
end

-- :meta's due may stay: it is never later than the first end.
local ends = math.min(hold.ends + ARGV[5], hold.hard_ends)
record = hold_with(record, ends)
redis.call('HSET', holds_key, token, record)
redis.call('ZADD', due_key, int(ends), token)
return {'ok', record, log_add('H', '', journal, token, record)}
