-- seat_live - a loaded map opens
--
--#keys meta log
-- ARGV  this load's mark, PostgreSQL's time in ms
-- gives 'ok' | 'gone' (the mark is another load's, or the epoch is over)
-- Atomic because only the load that wrote the map may open it, with an entry
-- of its own: the map's version is above any that it had here, and any that
-- was shown from PostgreSQL, whatever this server's clock says.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'last')
if meta[1] ~= 'loading:' .. ARGV[1] then
	return {'gone'}
end
local ms, seq = string.match(meta[2], '^(%d+)-(%d+)$')
local first = math.max(clock('0'), tonumber(ARGV[2]) + 1)
local id = int(first) .. '-0'
if first <= tonumber(ms) then
	id = ms .. '-' .. int(seq + 1)
end
redis.call('XADD', log_key, id, 'c', '')
redis.call('HSET', meta_key, 's', 'live')
redis.call('HDEL', meta_key, 'last')
return {'ok'}
