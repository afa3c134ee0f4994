-- primary_tell - which PostgreSQL somebody writes to, against the newest known
--
-- KEYS  the newest known: "<system identifier> <timeline>"
-- ARGV  system identifier, timeline, 1 when the epoch is being raised for it:
--       only then an older one is forgotten
-- gives {system, timeline} of what is known now, which is the given one when
--       nothing was
-- Atomic because an older one must not come after a newer one.
local system, timeline = string.match(redis.call('GET', KEYS[1]) or '',
    '^(%d+) (%d+)$')

if not system or (ARGV[3] == '1' and system == ARGV[1] and
    tonumber(timeline) < tonumber(ARGV[2]))
then
	redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
	return {ARGV[1], ARGV[2]}
end
return {system, timeline}
