-- The end of a hold. Needs move, stock, hold and leave.

-- A hold ends as status; its seats that still stand at from go back to A, or to
-- B where they came from there, its places of a counter section are promised no
-- more. What is blocked is a fact, so reconcile looks whether it still is. The
-- record stays until its hard end, so that asking again is told how it ended;
-- the user's, as long as it counts something or says something of his limits.
-- at: when it was given back, ms; nil: it ran to its end.
local function hold_end(token, record, hold, from, status, journal, at)
	local letter, moved = hold.back, nil
	if hold.section then
		letter, moved = '#', stock_promise(hold.section,
		    -seats_count(hold.seats))
	else
		moved = seats_move(hold.seats, mark_of(token), from, letter)
	end
	if letter == 'B' then
		redis.call('HINCRBY', meta_key, 'dirty', '1')
	end
	local field = 'u' .. hold.user
	local held, bought, tokens, rate, hoard =
	    user_read(redis.call('HGET', holds_key, field))
	local ms = at or hold.ends
	local n_seats, said = seats_count(hold.seats)
	held = math.max(0, held - n_seats)
	tokens = tokens_without(tokens, token)
	record = hold_become(record, status)
	if rate ~= '' and (status == 'r' or status == 'e') then
		hoard = hoard_add(hoard, n_seats, hold.made, ms)
	end
	if held == 0 then
		rate, hoard, said = words_left(rate, hoard, ms)
	end
	if bought == 0 and said == 0 then
		redis.call('HSET', holds_key, token, record)
		redis.call('HDEL', holds_key, field)
	else
		redis.call('HSET', holds_key, token, record,
		    field, user_text(held, bought, tokens, rate, hoard))
	end
	if said and said > 0 then
		redis.call('ZADD', due_key, int(hold.hard_ends), token,
		    int(math.max(said, hold.ends)), field)
	else
		redis.call('ZADD', due_key, int(hold.hard_ends), token)
	end
	return log_add(letter, moved, journal, token, record), record
end
