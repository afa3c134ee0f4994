-- limit_take - so many times more of a limit for one user or address, or none
--
-- KEYS  the record
-- ARGV  now, ms between two, how many at once, how many are taken
-- gives 1 taken or 0, how many are left, ms until there is one more or, on 0,
--       until these may be taken
-- Atomic because of calls at the same moment each is to be counted.
--#include perf
--#include gcra

local now = clock(ARGV[1])
local interval, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local stored = tonumber(redis.call('GET', KEYS[1]) or 0)
local full, wait, was = gcra(stored, now, interval, burst, tonumber(ARGV[4]))
local taken = full and 1 or 0
full = full or was
local left = math.floor((now + burst * interval - full) / interval)
if taken == 1 then
	wait = full - now - (burst - left - 1) * interval
end
-- What was cut is written too: else it would be cut at each call.
if taken == 1 or full < stored then
	redis.call('SET', KEYS[1], int(full), 'PX', int(full - now))
end
return {taken, left, wait}
