-- held_compact - forget what a user's list of holds says of some that are over
--
-- KEYS  the list
-- ARGV  its beginning as it was read, what is left of that
-- gives 'ok' | 'none': somebody else did so meanwhile
-- Atomic because what was added since must stay.
local first, left = ARGV[1], ARGV[2]
local now = redis.call('GET', KEYS[1]) or ''
if string.sub(now, 1, #first) ~= first then
	return {'none'}
end
redis.call('SET', KEYS[1], left .. string.sub(now, #first + 1), 'KEEPTTL')
return {'ok'}
