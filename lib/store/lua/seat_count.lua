-- seat_count - how many seats a user has, as PostgreSQL says
--
--#keys meta holds
-- ARGV  user, the counts as they were read ('' for none), the counts they
--       shall be ('' for none)
-- gives 'ok' | 'none': they have changed since | 'gone'
-- Atomic because what the user has done meanwhile wins.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local field = 'u' .. ARGV[1]
if (redis.call('HGET', holds_key, field) or '') ~= ARGV[2] then
	return {'none'}
end
if ARGV[3] == '' then
	redis.call('HDEL', holds_key, field)
else
	redis.call('HSET', holds_key, field, ARGV[3])
end
return {'ok'}
