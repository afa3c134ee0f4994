-- seat_retire - a map is to be loaded anew: scripts refuse it from here on
--
--#keys meta
-- ARGV  hall revision: a map of it stays ('': none does)
-- gives 'ok': its log does not grow any more | 'gone' (it was not live)
--       'same': it is of that revision
-- Atomic because a map that somebody is loading, or that is dead, stays so.
-- The log stays for the journal, and for the version that the next one goes
-- on from.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'plan')
if meta[1] == 'retired' then
	return {'ok'}
end
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[2] == ARGV[1] then
	return {'same'}
end
redis.call('HSET', meta_key, 's', 'retired')
return {'ok'}
