-- seat_begin - begin to load a map that is not here
--
--#keys stock seats refs meta holds due log ends queue ready seen absent active pass line lobby
-- ARGV  this load's mark, version of the terms, then fields and values of
--       :meta
-- gives 'ok' | 'live' (somebody has loaded it) | 'gone' (the epoch is over)
-- Atomic because a load that wakes up late must not clear a map that lives.
-- The last id of the log that goes stays in :meta, for seat_live.
--#include perf
--#include log

local meta = redis.call('HMGET', meta_key, 's', 'last')
if meta[1] == 'live' or meta[1] == 'dead' then
	return {meta[1] == 'live' and 'live' or 'gone'}
end
local last = log_last()
if last == '0-0' then
	last = meta[2] or last
end
-- Freed aside: what is cleared may be as large as what comes.
redis.call('UNLINK', seats_key, refs_key, meta_key, holds_key, due_key,
    log_key, ends_key, stock_key)
-- A line outlives the map (seat_forget).
if redis.call('EXISTS', line_key) == 1 then
	for _, key in ipairs({queue_key, ready_key, seen_key, absent_key,
	    active_key, pass_key, line_key, lobby_key}) do
		redis.call('PERSIST', key)
	end
end
-- A hall may have counter sections and no seats: its map is there all the same.
redis.call('SET', seats_key, '')
redis.call('SET', refs_key, '')
redis.call('HSET', meta_key, 's', 'loading:' .. ARGV[1], 'last', last,
    'terms', unpack(ARGV, 2))
return {'ok'}
