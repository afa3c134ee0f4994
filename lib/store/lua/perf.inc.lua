-- What every script of a performance begins with: its keys, all in one slot,
-- and the time. Scripts answer a list whose first element is a word; 'gone'
-- means that the map is not live here: nothing was done, load it.
local seats_key, refs_key, meta_key = KEYS[1], KEYS[2], KEYS[3]
local holds_key, due_key, log_key = KEYS[4], KEYS[5], KEYS[6]

-- ms since 1970; 0 asks for Redis's own clock.
local function clock(given)
	local now = tonumber(given)
	if now ~= 0 then
		return now
	end
	local time = redis.call('TIME')
	return time[1] * 1000 + math.floor(time[2] / 1000)
end
