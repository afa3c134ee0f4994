-- seat_even - what was found odd about a map is looked after
--
--#keys meta
-- ARGV  how often it had been found so when the map was read
-- gives 'ok' | 'none': it has been found odd again since | 'gone'
-- Atomic because what is found odd meanwhile must not be forgotten.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'odd')
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[2] ~= ARGV[1] then
	return {'none'}
end
redis.call('HDEL', meta_key, 'odd')
return {'ok'}
