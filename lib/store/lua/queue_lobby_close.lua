-- queue_lobby_close - the lobby takes nobody more
--
--#keys meta line lobby
-- ARGV  now, the last number before the first that is drawn, the last that may
--       be
-- gives 'ok', how many are in it: now, or when it was closed
--       'soon': somebody may be coming back | 'none': there is no lobby | 'gone'
-- Atomic because who joins at this moment is in it or gets a number behind all
-- of them; and it is read only when it does not change.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local line = redis.call('HMGET', line_key, 'lobby', 'closes', 'seq', 'reserved')
if not line[1] or line[1] == 'drawn' then
	return {'none'}
end
if clock(ARGV[1]) < tonumber(line[2]) then
	return {'soon'}
end
if line[1] ~= 'closed' then
	local last = tonumber(ARGV[3])
	redis.call('HSET', line_key, 'lobby', 'closed', 'base', ARGV[2],
	    'seq', int(math.max(tonumber(line[3]), last)),
	    'reserved', int(math.max(tonumber(line[4]), last)))
end
return {'ok', int(redis.call('HLEN', lobby_key))}
