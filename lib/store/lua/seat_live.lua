-- seat_live - a loaded map opens
--
-- KEYS  seats refs meta holds due log ends
-- ARGV  this load's mark
-- gives 'ok' | 'gone' (the mark is another load's, or the epoch is over)
-- Atomic because only the load that wrote the map may open it.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'loading:' .. ARGV[1] then
	return {'gone'}
end
redis.call('HSET', meta_key, 's', 'live')
return {'ok'}
