-- guess_count - count a guess at a password, unless it comes too early
--
-- KEYS  the record of one login id and network
-- ARGV  now (ms), guesses that are free, longest wait (ms), how long the
--       record is kept (ms)
-- gives ms to wait; 0: go on, the guess is counted
-- Atomic because guesses made at the same moment are to be counted one by one,
-- before anybody knows whether they are right.
local now, free = tonumber(ARGV[1]), tonumber(ARGV[2])
local longest = tonumber(ARGV[3])

local record = redis.call('HMGET', KEYS[1], 'n', 'next')
local n, next = tonumber(record[1] or 0), tonumber(record[2] or 0)
-- A record of a clock that ran ahead makes nobody wait longer than that.
if next > now then
	return math.min(next - now, longest)
end
n = n + 1
local wait = 0
if n >= free then
	wait = math.min(1000 * 2 ^ math.min(n - free, 30), longest)
end
redis.call('HSET', KEYS[1], 'n', n, 'next', string.format('%d', now + wait))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0
