-- seat_fill - write a part of a map that is being loaded
--
--#keys stock seats refs meta holds due
-- ARGV  this load's mark, letters and marks (both '' for not now), how many of
--       the following are fields and values of :holds, and then of :stock,
--       these, then scores and members of :due
-- gives 'ok' | 'gone' (the mark is another load's)
-- Atomic because a load that wakes up late must not write into a later one's.
--#include perf

if redis.call('HGET', meta_key, 's') ~= 'loading:' .. ARGV[1] then
	return {'gone'}
end
-- All marks at once, though they be zero: grown hold by hold they would take
-- twice the room.
if ARGV[2] ~= '' then
	redis.call('SET', seats_key, ARGV[2])
	redis.call('SET', refs_key, ARGV[3])
end
local n_fields, n_stock = tonumber(ARGV[4]), tonumber(ARGV[5])
if n_fields > 0 then
	redis.call('HSET', holds_key, unpack(ARGV, 6, 5 + n_fields))
end
if n_stock > 0 then
	redis.call('HSET', stock_key, unpack(ARGV, 6 + n_fields,
	    5 + n_fields + n_stock))
end
-- In :due, though they were placed: among them may be one that runs long, and
-- as the last in :ends it would keep all new ones out.
n_fields = n_fields + n_stock
if #ARGV > 5 + n_fields then
	redis.call('ZADD', due_key, unpack(ARGV, 6 + n_fields))
	local first = redis.call('ZRANGE', due_key, 0, 0, 'WITHSCORES')
	redis.call('HSET', meta_key, 'due', first[2])
end
return {'ok'}
