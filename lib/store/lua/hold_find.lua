-- hold_find - one hold as it is now
--
--#keys meta holds
-- ARGV  now, token (16 bytes)
-- gives 'ok', record (as e when it has lapsed and waits for the sweep)
--       'none' | 'gone'
-- Atomic because a map that is not live must not answer 'none'.
--#include perf
--#include hold

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local record = redis.call('HGET', holds_key, ARGV[2])
local hold = record and hold_read(record)
if not hold then
	return {'none'}
end
if hold.status == 'h' and hold.ends <= clock(ARGV[1]) then
	record = hold_become(record, 'e')
end
return {'ok', record}
