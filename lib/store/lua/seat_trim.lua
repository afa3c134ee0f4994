-- seat_trim - forget log entries that nobody asks for any more
--
--#keys log
-- ARGV  now, ms that entries stay, id up to which the log was read for the
--       journal ('' when it never was)
-- gives 'ok', entries removed, whether there are entries after that id (1, 0)
-- Atomic because the newest entry must stay: its id is the map's version.
--#include perf

local function parts(id)
	local ms, seq = string.match(id, '^(%d+)-(%d+)$')
	return tonumber(ms), tonumber(seq)
end

local last = redis.call('XREVRANGE', log_key, '+', '-', 'COUNT', 1)
if not last[1] then
	return {'ok', 0, 0}
end
if ARGV[3] == '' then
	return {'ok', 0, 1}
end
local kept_ms, kept_seq = parts(ARGV[3])
local newest_ms, newest_seq = parts(last[1][1])
local waits = newest_ms > kept_ms
    or newest_ms == kept_ms and newest_seq > kept_seq
local oldest = clock(ARGV[1]) - ARGV[2]
if oldest < kept_ms then
	return {'ok', redis.call('XTRIM', log_key, 'MINID', '~',
	    int(oldest)), waits and 1 or 0}
end
if waits then
	return {'ok', redis.call('XTRIM', log_key, 'MINID', ARGV[3]), 1}
end
return {'ok', redis.call('XTRIM', log_key, 'MINID', last[1][1]), 0}
