-- A lobby: who waits for the draw, by user -> his id in :lobby, 16 bytes; one more
-- before it where he left after it had closed. In :line:
--   lobby     open    it takes people
--             back    it has closed, which a Redis before this one knew: those
--                     who were in it come back with their tickets
--             closed  and nothing of it changes any more: it is read, drawn,
--                     and becomes a line
--             drawn   it is one
--   closes    it does not close before, nor is it read (ms)
--   base      the number before the first that is drawn
--   scan      up to where it was read: a cursor of HSCAN
--   filled    how many of those drawn stand in the line
-- While it is not drawn, calm and from of :line are never.
-- Needs perf.

-- Somebody joins. nil: he comes too late, and stands behind.
local function lobby_join(state, user, id, most)
	local had = redis.call('HGET', lobby_key, user)
	if had and #had == 16 then
		return {'lobby', had, '1'}
	end
	if state ~= 'open' then
		return nil
	end
	if redis.call('HLEN', lobby_key) >= tonumber(most) then
		return {'crowded'}
	end
	redis.call('HSET', lobby_key, user, id)
	return {'lobby', id, ''}
end

-- Somebody asks with a ticket of the lobby; again as ARGV of queue_poll has it.
-- nil: he is not in it.
local function lobby_poll(state, user, id, again)
	local had = redis.call('HGET', lobby_key, user)
	if had and #had == 16 then
		return {'lobby', had, '1'}
	end
	if had or again == '' or state == 'closed' and again ~= 'here' then
		return nil
	end
	redis.call('HSET', lobby_key, user, id)
	return {'lobby', id, ''}
end
