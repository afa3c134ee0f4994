-- seat_retire - a map is to be loaded anew: scripts refuse it from here on
--
-- KEYS  seats refs meta holds due log ends
-- gives 'ok': its log does not grow any more | 'gone' (it was not live)
-- Atomic because a map that somebody is loading, or that is dead, stays so.
--#include perf

local state = redis.call('HGET', meta_key, 's')
if state == 'retired' then
	return {'ok'}
end
if state ~= 'live' then
	return {'gone'}
end
redis.call('HSET', meta_key, 's', 'retired')
return {'ok'}
