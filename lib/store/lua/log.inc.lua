-- The log: every change of the map, for who follows it.

-- A log entry: c what the public sees, a letter and the seats that are at it
-- now ('' when no seat changed), or # and a section with what is left of it, h
-- (only when it is to be journaled) the token and its new record. Its id is
-- the map's new version.
local function log_add(letter, seats, journal, token, record)
	local change = seats ~= '' and letter .. seats or ''
	if journal == '1' then
		return redis.call('XADD', log_key, '*', 'c', change,
		    'h', token .. record)
	end
	return redis.call('XADD', log_key, '*', 'c', change)
end

-- The newest log id; '0-0' before the first entry.
local function log_last()
	local last = redis.call('XREVRANGE', log_key, '+', '-', 'COUNT', '1')
	return last[1] and last[1][1] or '0-0'
end
