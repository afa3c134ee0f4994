#!lua flags=allow-oom
-- queue_spent - passes are over, since somebody bought under them or time has
-- passed; and what that tells of those who wait
--
--#keys active pass line
-- ARGV  seats sold for a thousand passes that have ended, and seats not sold,
--       with a blank between; then of each user and number
-- gives 'ok'
-- Atomic because he may have another pass by now.
--#include perf

if redis.call('EXISTS', line_key) == 1 then
	redis.call('HSET', line_key, 'stock', ARGV[1])
end
for i = 2, #ARGV, 2 do
	local pass = redis.call('HGET', pass_key, ARGV[i])
	if pass and string.match(pass, '^%d+') == ARGV[i + 1] then
		redis.call('ZREM', active_key, ARGV[i])
		redis.call('HDEL', pass_key, ARGV[i])
	end
end
return {'ok'}
