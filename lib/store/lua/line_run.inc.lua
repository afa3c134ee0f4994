-- How the line in front of a performance (line.inc) moves: its terms, and whom
-- they let in. Needs perf.

-- The words of the field queue of :meta; nil where there is no line.
local function line_terms(text)
	local limit, minute, grace, claim, status, mode = string.match(text or '',
	    '^(%S+) (%S+) (%S+) (%S+) (%a+) (%a+)$')
	return limit and {
		limit = tonumber(limit), minute = tonumber(minute),
		grace = tonumber(grace), claim = tonumber(claim),
		status = status, mode = mode
	}
end

-- How many, from the front, are near: as many as are admitted in the time that
-- those behind them wait between two polls, and more.
local function line_window(terms)
	return math.max(500, 2 * terms.limit, terms.minute)
end

-- Up to which number that is, of so many who wait. seq: the last given
local function line_last(terms, seq, waiting)
	local window = line_window(terms)
	if waiting <= window then
		return seq + window - waiting
	end
	return tonumber(redis.call('ZRANGE', queue_key, int(window - 1),
	    int(window - 1), 'WITHSCORES')[2])
end

-- What may be admitted by now. A clock that jumps gives five seconds' worth.
local function line_tokens(terms, tokens, at, now)
	if terms.minute == 0 then
		return 1000
	end
	local passed = math.min(math.max(now - (at or now), 0), 5000)
	return math.min((tokens or 1) + passed * terms.minute / 60000,
	    math.max(1, terms.minute / 12))
end
