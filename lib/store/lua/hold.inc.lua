-- Holds. :holds has two kinds of fields. The 16 random bytes of a token lead
-- to its record, words between blanks:
--   status user made life hard version seats prices [fingerprint]
-- with status h held, p paying, d paid, e expired, r released, l lost; made in
-- ms, life and hard in ms after it; version of the price list; seats sorted
-- and prices in their order, commas between. u<user> leads to
--   held bought tokens
-- seats held, seats bought, the running holds' tokens one after the other.

local function mark_bytes(token)
	return string.sub(token, 13)
end

local function mark_of(token)
	return (struct.unpack('>i4', token, 13))
end

local function hold_read(record)
	local status, user, made, life, hard, seats =
	    string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) %d+ ([%d,]+) ')
	return {
		status = status, user = user, seats = seats,
		ends = made + life, hard_ends = made + hard
	}
end

-- Whether the token was made from an Idempotency-Key and may come again.
local function hold_keyed(record)
	return string.find(record, '^%S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ %S')
end

local function seats_count(text)
	local _, commas = string.gsub(text, ',', ',')
	return commas + 1
end

local function user_read(text)
	if not text then
		return 0, 0, ''
	end
	local held, bought, tokens = string.match(text, '^(%d+) (%d+) ?(.*)$')
	return tonumber(held), tonumber(bought), tokens
end

local function user_text(held, bought, tokens)
	if tokens == '' then
		return int(held) .. ' ' .. int(bought)
	end
	return int(held) .. ' ' .. int(bought) .. ' ' .. tokens
end

local function tokens_without(tokens, token)
	for at = 1, #tokens, 16 do
		if string.sub(tokens, at, at + 15) == token then
			return string.sub(tokens, 1, at - 1)
			    .. string.sub(tokens, at + 16)
		end
	end
	return tokens
end

-- A log entry: c what the public sees, a letter and the seats that are at it
-- now ('' when no seat changed), h (only when it is to be journaled) the
-- token and its new record. Its id is the map's new version.
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

-- A hold ends as status; its seats that still stand at from go back to A. The
-- record stays until its hard end, so that asking again is told how it ended.
local function hold_end(token, record, hold, from, status, journal)
	local moved = seats_move(hold.seats, mark_of(token), from, 'A')
	local field = 'u' .. hold.user
	local held, bought, tokens =
	    user_read(redis.call('HGET', holds_key, field))
	held = math.max(0, held - seats_count(hold.seats))
	tokens = tokens_without(tokens, token)
	record = status .. string.sub(record, 2)
	if held == 0 and bought == 0 then
		redis.call('HSET', holds_key, token, record)
		redis.call('HDEL', holds_key, field)
	else
		redis.call('HSET', holds_key, token, record,
		    field, user_text(held, bought, tokens))
	end
	redis.call('ZADD', due_key, int(hold.hard_ends), token)
	return log_add('A', moved, journal, token, record), record
end
