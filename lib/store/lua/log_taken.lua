-- log_taken - take back the hints of logs that were followed
--
-- KEYS  the hints: performance -> what its last hint was called
-- ARGV  performance, name of the hint that was followed, and so on in pairs
-- gives hints taken back
-- Atomic because a hint left after that one is for entries not yet read.
local performances = {}
for i = 1, #ARGV, 2 do
	performances[#performances + 1] = ARGV[i]
end
local names, followed = redis.call('HMGET', KEYS[1], unpack(performances)), {}
for i, name in ipairs(names) do
	if name == ARGV[2 * i] then
		followed[#followed + 1] = performances[i]
	end
end
if #followed == 0 then
	return 0
end
return redis.call('HDEL', KEYS[1], unpack(followed))
