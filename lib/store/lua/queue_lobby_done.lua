-- queue_lobby_done - all who were drawn stand in the line, which begins to move
--
--#keys meta queue line lobby
-- ARGV  now, how many were drawn, ms until somebody is admitted
-- gives 'ok' | 'none': it is not closed, or not all stand there | 'gone'
-- Atomic because those who join behind them see a lobby or a line.
-- Everybody who is near learns so before anybody is admitted.
--#include perf
--#include line_run

local meta = redis.call('HMGET', meta_key, 's', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local line = redis.call('HMGET', line_key, 'lobby', 'filled', 'seq')
if line[1] ~= 'closed' or (line[2] or '0') ~= ARGV[2] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])
local near = int(line_last(line_terms(meta[2]), line[3],
    redis.call('ZCARD', queue_key)))
redis.call('HSET', line_key, 'lobby', 'drawn', 'calm', now_text,
    'from', int(now + ARGV[3]),
    'near', table.concat({now_text, near, near, near, near, near}, ' '))
redis.call('UNLINK', lobby_key)
return {'ok'}
