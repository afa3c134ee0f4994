-- seat_trim - forget log entries that nobody asks for any more
--
-- KEYS  seats refs meta holds due log
-- ARGV  now, ms that entries stay
-- gives 'ok', entries removed
-- Atomic because the newest entry must stay: its id is the map's version.
--#include perf

local last = redis.call('XREVRANGE', log_key, '+', '-', 'COUNT', 1)
if not last[1] then
	return {'ok', 0}
end
local oldest = clock(ARGV[1]) - ARGV[2]
local newest_ms = tonumber(string.match(last[1][1], '^%d+'))
if oldest > newest_ms then
	return {'ok', redis.call('XTRIM', log_key, 'MINID', last[1][1])}
end
return {'ok', redis.call('XTRIM', log_key, 'MINID', '~',
    int(oldest))}
