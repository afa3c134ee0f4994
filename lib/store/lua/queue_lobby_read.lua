-- queue_lobby_read - some of those who are in a closed lobby
--
--#keys meta line lobby
-- ARGV  cursor up to where those read before are kept ('' go on from there),
--       about how many
-- gives 'ok', the next cursor ('0': that is all), then of each user and id, also
--       of those who left since, some perhaps twice
--       'none': it is not closed | 'gone'
-- Atomic because a cursor says something of a lobby that does not change.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local line = redis.call('HMGET', line_key, 'lobby', 'scan')
if line[1] ~= 'closed' then
	return {'none'}
end
local cursor = ARGV[1]
if cursor == '' then
	cursor = line[2] or '0'
else
	redis.call('HSET', line_key, 'scan', cursor)
end
local found = redis.call('HSCAN', lobby_key, cursor, 'COUNT', ARGV[2])
local told = {'ok', found[1]}
for i = 1, #found[2], 2 do
	told[#told + 1] = found[2][i]
	told[#told + 1] = string.sub(found[2][i + 1], -16)
end
return told
