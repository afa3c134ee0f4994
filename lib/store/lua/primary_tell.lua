-- primary_tell - which PostgreSQL somebody writes to, against the newest known
--
-- KEYS  the newest known: "<system identifier> <timeline>"
-- ARGV  system identifier, timeline
-- gives {system, timeline} of the newest, which is the given one when it is
--       new here
-- Atomic because an older one must not come after a newer one.
local system, timeline = string.match(redis.call('GET', KEYS[1]) or '',
    '^(%d+) (%d+)$')

if not system or (system == ARGV[1] and tonumber(timeline) < tonumber(ARGV[2]))
then
	redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
	return {ARGV[1], ARGV[2]}
end
return {system, timeline}
