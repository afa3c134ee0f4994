-- hold_relog - log a hold once more, as it is now, to be journaled
--
--#keys meta holds log
-- ARGV  now, token (16 bytes)
-- gives 'ok', log id | 'none' | 'gone'
-- Atomic because the entry is the newest about the hold, so it must tell what
-- the hold is at that moment, not what somebody read before.
--#include perf
--#include log

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local record = redis.call('HGET', holds_key, ARGV[2])
if not record then
	return {'none'}
end
return {'ok', log_add('', '', '1', ARGV[2], record)}
