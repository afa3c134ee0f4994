#!lua flags=allow-oom
-- queue_spent - passes are over: somebody bought under them, or time has passed
--
--#keys active pass
-- ARGV  of each user and number
-- gives 'ok'
-- Atomic because he may have another pass by now.
--#include perf

for i = 1, #ARGV, 2 do
	local pass = redis.call('HGET', pass_key, ARGV[i])
	if pass and string.match(pass, '^%d+') == ARGV[i + 1] then
		redis.call('ZREM', active_key, ARGV[i])
		redis.call('HDEL', pass_key, ARGV[i])
	end
end
return {'ok'}
