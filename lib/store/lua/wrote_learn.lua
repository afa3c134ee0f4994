-- wrote_learn - where in the WAL a user's writes end
--
-- KEYS  his mark
-- ARGV  the mark that was read, the LSN, seconds it is kept
-- gives 1 when it was put there, else 0
-- Atomic because another write may have begun since the mark was read, and
-- what it commits lies behind this LSN.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
	return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
