-- queue_reserve - more numbers may be given
--
--#keys line
-- ARGV  the last number that is not among them, the last that is
-- gives 'ok' | 'late': there are later ones | 'none': the line is not begun
-- Atomic because numbers reserved later may have come here before.
--#include perf

local reserved = redis.call('HGET', line_key, 'reserved')
if not reserved then
	return {'none'}
end
local from = tonumber(ARGV[1])
if from < tonumber(reserved) then
	return {'late'}
end
-- Those between are somebody's who died, or another server's.
if from > tonumber(reserved) then
	redis.call('HSET', line_key, 'seq', ARGV[1])
end
redis.call('HSET', line_key, 'reserved', ARGV[2])
return {'ok'}
