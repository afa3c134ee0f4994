-- The line in front of a performance. Its keys outlive the map within an epoch:
--   :queue   who waits: user by number
--   :ready   of those, who is near the front and there: user by number
--   :seen    when each of them was last, but for some seconds: user by ms
--   :absent  who was near and not there: user by the ms his grace ends
--   :active  who may buy: user by the ms his pass lapses
--   :pass    of those: user -> number and the ms it ends at the latest
--   :line    a hash:
--     seq, reserved  the last number given; none is given above
--     head           the highest that was admitted
--     near           who polls up to this number is asked for; since when (ms)
--                    so, and what it was at the end of the last spans of time
--     swept          up to where the line was looked through for the absent
--     tokens, at     what may be admitted now (a number), and when it was so
--     calm           no numbers were lost or are back by this time (ms)
--     from           nobody is admitted before (ms)
--     rate           admitted a minute, lately; admitted: ever
--     stock          seats sold for a thousand passes, and seats not sold
--     over           how often more had passes than may
--     pub            what polls are answered from
-- Needs perf. A line that is not begun (queue_begin) has no :line; one that is
-- to have a lobby (lobby.inc) is not begun without. What only those need who see
-- to it that it moves is in line_run.inc: a function is made each time a script
-- runs, and a hundred thousand join.

-- Of the field queue of :meta the status and the mode; nil where there is no line.
-- A number that is read costs as much as half a command.
local function line_mode(text)
	return string.match(text or '', '(%a+) (%a+)$')
end

-- The field near of :line: the number, as it is now.
local function line_near(text)
	return tonumber(string.match(text, '^%d+ (%d+)'))
end

-- He is near and there; given as clock takes it. Whoever is in :seen is in :ready,
-- and not in :absent.
local function line_ready(user, seq, given)
	local _, now_text = clock(given)
	if redis.call('ZADD', seen_key, now_text, user) == 1 then
		redis.call('ZADD', ready_key, seq, user)
		redis.call('ZREM', absent_key, user)
	end
end

-- A pass, if he has one: its number, its end, and '1' where it has waited for
-- him until now. It does not any more. given: as clock takes it.
local function line_claim(user, given)
	local lapses = redis.call('ZSCORE', active_key, user)
	if not lapses or tonumber(lapses) <= clock(given) then
		return nil
	end
	local seq, ends = string.match(redis.call('HGET', pass_key, user),
	    '^(%d+) (%d+)$')
	local waited = tonumber(lapses) < tonumber(ends)
	if waited then
		redis.call('ZADD', active_key, ends, user)
	end
	return {'admitted', seq, ends, waited and '1' or ''}
end
