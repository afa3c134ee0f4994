#!lua flags=allow-oom
-- hold_drop - the buyer gives a hold back
--
-- KEYS  seats refs meta holds due log ends
-- ARGV  now, token (16 bytes), user, journal ('1' or '')
-- gives 'ok', record, log id: released now
--       'ended', record [, log id]: it was over (or just lapsed) already
--       'paying' | 'none' | 'gone'
-- Atomic because between reading the hold and freeing its seats it could be
-- paid, or lapse and its seats be somebody else's.
--#include perf
--#include seat
--#include hold
--#include move
--#include leave
--#include end

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local now, token = clock(ARGV[1]), ARGV[2]
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
local lapsed = hold.ends <= now
local id, text = hold_end(token, record, hold, 'H', lapsed and 'e' or 'r',
    ARGV[4])
return {lapsed and 'ended' or 'ok', text, id}
