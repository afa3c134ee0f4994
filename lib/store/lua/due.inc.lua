-- What waits for its time. Needs move, stock, hold, leave and end.
--
-- Holds of a performance last equally long, so most of them end in the order
-- in which they were placed: those wait in :ends, a list of token and end, and
-- so on, where one takes a quarter of the room it would take in a sorted set.
-- An entry is never changed. It counts while the hold is held until just that
-- end; one that was extended, is being paid or is over waits in :due.
--
-- :due is for all else, a sorted set of tokens by ms: holds that were placed
-- with an end before the last in :ends (terms changed, a clock stepped back),
-- or run until another end than they were placed with, at their end; those
-- being paid at the time by which their handler must be dead; those that are
-- over at their hard end; and u<user> of those who hold nothing, where limits
-- keep something of them, when that says nothing any more.

local function hold_lapse(token, record, hold, journal, ended)
	local id, text = hold_end(token, record, hold, 'H', 'e', journal)
	ended[#ended + 1] = id
	ended[#ended + 1] = token
	ended[#ended + 1] = text
end

-- The first n entries, token and end in turn; their tokens and records.
local function placed_read(n)
	local entries = redis.call('LRANGE', ends_key, '0', int(2 * n - 1))
	local tokens = {}
	for i = 1, #entries, 2 do
		tokens[#tokens + 1] = entries[i]
	end
	return entries, tokens, #tokens > 0
	    and redis.call('HMGET', holds_key, unpack(tokens))
end

-- Work through :ends, at most left entries. What does not count any more is
-- forgotten before its time too: nobody is to be called for a hold that was
-- paid. Two are read at first: mostly one is due and the next is not.
-- Returns how many may still be looked at, and the end of the first that stays.
local function expire_placed(now, journal, left, ended)
	local n = 2
	while left > 0 do
		local entries, tokens, records = placed_read(math.min(n, left))
		local done = 0
		for i, token in ipairs(tokens) do
			local hold = records[i] and hold_read(records[i])
			if hold and hold.status == 'h'
			    and hold.ends == tonumber(entries[2 * i]) then
				if hold.ends > now then
					break
				end
				hold_lapse(token, records[i], hold, journal,
				    ended)
			end
			done = i
		end
		if done > 0 then
			redis.call('LTRIM', ends_key, int(2 * done), '-1')
		end
		left, n = left - done, 2 * n
		if done < #tokens or done == 0 then
			return left, tonumber(entries[2 * done + 2])
		end
	end
	return 0, tonumber(redis.call('LINDEX', ends_key, '1') or nil)
end

local function released_forget(user, token)
	local field = 'r' .. user
	local tokens = tokens_without(redis.call('HGET', holds_key, field)
	    or '', token)
	if tokens == '' then
		redis.call('HDEL', holds_key, field)
	else
		redis.call('HSET', holds_key, field, tokens)
	end
end

local function user_forget(field, record, now)
	local held, bought, tokens, rate, hoard = user_read(record)
	local said
	redis.call('ZREM', due_key, field)
	rate, hoard, said = words_left(rate, hoard, now)
	-- Who holds something again comes here again.
	if held > 0 then
		return
	end
	if said > 0 then
		redis.call('ZADD', due_key, int(said), field)
	elseif bought == 0 then
		redis.call('HDEL', holds_key, field)
	else
		redis.call('HSET', holds_key, field,
		    user_text(held, bought, tokens, rate, hoard))
	end
end

-- Work through what is due in :due, at most left of it. A payment whose
-- handler must be dead by now makes the map dirty, and reconcile asks whether
-- there are claims.
local function expire_waiting(now, journal, left, ended)
	local tokens = redis.call('ZRANGEBYSCORE', due_key, '-inf', int(now),
	    'LIMIT', '0', int(left))
	for _, token in ipairs(tokens) do
		local record = redis.call('HGET', holds_key, token)
		local hold = record and hold_read(record)
		if hold and hold.status == 'h' then
			hold_lapse(token, record, hold, journal, ended)
		elseif record and user_is(record) then
			user_forget(token, record, now)
		else
			redis.call('ZREM', due_key, token)
			if hold and hold.status == 'p' then
				redis.call('HINCRBY', meta_key, 'dirty', '1')
			elseif hold then
				redis.call('HDEL', holds_key, token)
				if hold.status == 'r' then
					released_forget(hold.user, token)
				end
			end
		end
	end
end

local function due_first()
	local first = redis.call('ZRANGE', due_key, '0', '0', 'WITHSCORES')
	return tonumber(first[2])
end

-- What is due of both, at most max at once; :meta's due is never later than
-- the first that waits.
-- Appends id, token, record of each hold that expired to ended. Returns
-- :meta's due as it is then, nil when nothing waits.
local function expire_due(now, journal, max, ended)
	local left, placed = expire_placed(now, journal, max, ended)
	local due = due_first()
	if due and due <= now and left > 0 then
		expire_waiting(now, journal, left, ended)
		due = due_first()
	end
	if placed and (not due or placed < due) then
		due = placed
	end
	if due then
		redis.call('HSET', meta_key, 'due', int(due))
	else
		redis.call('HDEL', meta_key, 'due')
	end
	return due
end
