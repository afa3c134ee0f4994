-- seat_begin - begin to load a map that is not here
--
-- KEYS  seats refs meta holds due log ends
-- ARGV  this load's mark, version of the terms, then fields and values of
--       :meta
-- gives 'ok' | 'live' (somebody has loaded it) | 'gone' (the epoch is over)
-- Atomic because a load that wakes up late must not clear a map that lives.
--#include perf

local state = redis.call('HGET', meta_key, 's')
if state == 'live' or state == 'dead' then
	return {state == 'live' and 'live' or 'gone'}
end
-- Freed aside: what is cleared may be as large as what comes.
redis.call('UNLINK', seats_key, refs_key, meta_key, holds_key, due_key,
    log_key, ends_key)
redis.call('HSET', meta_key, 's', 'loading:' .. ARGV[1],
    'terms', unpack(ARGV, 2))
return {'ok'}
