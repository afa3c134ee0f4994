-- seat_clean - what was found dirty about a map is looked after
--
--#keys meta
-- ARGV  how often it had been found so when the map was read
-- gives 'ok' | 'none': it has been found dirty again since | 'gone'
-- Atomic because what is found dirty meanwhile must not be forgotten.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'dirty')
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[2] ~= ARGV[1] then
	return {'none'}
end
redis.call('HDEL', meta_key, 'dirty')
return {'ok'}
