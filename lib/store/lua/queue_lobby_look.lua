-- queue_lobby_look - what is to be done about a lobby
--
--#keys meta line
-- ARGV  now
-- gives 'ok', its state ('' there is none), '1' where those whom a loss met have
--       had the time to come back, how many of those drawn stand in the line
--       'none': the line is not begun | 'gone'
-- Atomic because it is one moment.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local line = redis.call('HMGET', line_key, 'lobby', 'closes', 'filled', 'seq')
if not line[4] then
	return {'none'}
end
return {'ok', line[1] or '', line[1] and clock(ARGV[1]) >= tonumber(line[2])
    and '1' or '', line[3] or '0'}
