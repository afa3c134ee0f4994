#!lua flags=allow-oom
-- queue_leave - somebody leaves the line, or gives his pass back
--
--#keys meta queue ready seen absent active pass line lobby
-- ARGV  user
-- gives 'ok', number of the pass that he had, or '' | 'gone'
-- Atomic because he may be admitted at this moment.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local user = ARGV[1]
for _, key in ipairs({queue_key, ready_key, seen_key, absent_key,
    active_key}) do
	redis.call('ZREM', key, user)
end
local lobby = redis.call('HGET', line_key, 'lobby')
if lobby == 'closed' then
	local id = redis.call('HGET', lobby_key, user)
	if id and #id == 16 then
		redis.call('HSET', lobby_key, user, '-' .. id)
	end
elseif lobby and lobby ~= 'drawn' then
	redis.call('HDEL', lobby_key, user)
end
local pass = redis.call('HGET', pass_key, user)
redis.call('HDEL', pass_key, user)
return {'ok', pass and string.match(pass, '^%d+') or ''}
