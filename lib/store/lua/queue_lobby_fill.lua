-- queue_lobby_fill - some of those drawn stand in the line
--
--#keys meta queue line lobby
-- ARGV  how many stood there before, then users in the order of their places
-- gives 'ok' | 'none': it is not closed, or others do | 'gone'
-- Atomic because who left must not come back by it.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local line = redis.call('HMGET', line_key, 'lobby', 'base', 'filled')
if line[1] ~= 'closed' or (line[3] or '0') ~= ARGV[1] then
	return {'none'}
end
local last = tonumber(ARGV[1]) + tonumber(line[2])
local ids = redis.call('HMGET', lobby_key, unpack(ARGV, 2))
local places = {}
for i = 2, #ARGV do
	last = last + 1
	local id = ids[i - 1]
	if not id or #id == 16 then
		places[#places + 1] = int(last)
		places[#places + 1] = ARGV[i]
	end
end
if places[1] then
	redis.call('ZADD', queue_key, unpack(places))
end
redis.call('HSET', line_key, 'filled', int(last - line[2]))
return {'ok'}
