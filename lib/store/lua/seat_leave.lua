-- seat_leave - a map that nobody needs retires, to be forgotten
--
--#keys meta log
-- ARGV  now, ms that a map stays after its last entry
-- gives 'ok', newest log id: its log does not grow any more
--       'stays': a hold runs or waits, something is dirty, or it moved lately
--       'gone' (there is no such map, or somebody loads it, or it is dead)
-- Atomic because a hold may be placed the moment before.
--#include perf
--#include log

local meta = redis.call('HMGET', meta_key, 's', 'due', 'dirty')
if meta[1] == 'retired' then
	return {'ok', log_last()}
end
if meta[1] ~= 'live' then
	return {'gone'}
end
local last = log_last()
if meta[2] or meta[3]
    or string.match(last, '^%d+') + ARGV[2] > clock(ARGV[1]) then
	return {'stays'}
end
redis.call('HSET', meta_key, 's', 'retired')
return {'ok', last}
