-- seat_terms - terms of a performance changed: :meta follows
--
--#keys meta
-- ARGV  version of the terms, then fields and values of :meta
-- gives 'ok' | 'gone'
-- Atomic because an older version must not come after a newer one.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'terms')
if meta[1] ~= 'live' then
	return {'gone'}
end
if not meta[2] or tonumber(meta[2]) < tonumber(ARGV[1]) then
	redis.call('HSET', meta_key, 'terms', ARGV[1], unpack(ARGV, 2))
	-- Which rules have ended is found out anew (seat_rules).
	redis.call('HDEL', meta_key, 'over')
end
return {'ok'}
