-- The end of a hold. Needs move, stock, hold and leave.

-- A hold ends as status; its seats that still stand at from go back to A, its
-- places of a counter section are promised no more. The
-- record stays until its hard end, so that asking again is told how it ended.
local function hold_end(token, record, hold, from, status, journal)
	local letter, moved = 'A', nil
	if hold.section then
		letter, moved = '#', stock_promise(hold.section,
		    -seats_count(hold.seats))
	else
		moved = seats_move(hold.seats, mark_of(token), from, 'A')
	end
	local field = 'u' .. hold.user
	local held, bought, tokens =
	    user_read(redis.call('HGET', holds_key, field))
	held = math.max(0, held - seats_count(hold.seats))
	tokens = tokens_without(tokens, token)
	record = hold_become(record, status)
	if held == 0 and bought == 0 then
		redis.call('HSET', holds_key, token, record)
		redis.call('HDEL', holds_key, field)
	else
		redis.call('HSET', holds_key, token, record,
		    field, user_text(held, bought, tokens))
	end
	redis.call('ZADD', due_key, int(hold.hard_ends), token)
	return log_add(letter, moved, journal, token, record), record
end
