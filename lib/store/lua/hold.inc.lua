-- Holds. :holds has three kinds of fields. The 16 random bytes of a token lead
-- to its record, words between blanks:
--   status user made life hard version seats prices [fingerprint]
-- with status h held, p paying, d paid, e expired, r released, l lost; made in
-- ms, life and hard in ms after it; version of the price list; seats sorted
-- and prices in their order, commas between. u<user> leads to
--   held bought tokens
-- seats held, seats bought, the running holds' tokens one after the other, and
-- r<user> to the tokens of those he released whose records are still here.

local function mark_bytes(token)
	return string.sub(token, 13)
end

local function mark_of(token)
	return (struct.unpack('>i4', token, 13))
end

-- Nil where it is none: u and 15 digits are 16 bytes as well, and whoever asks
-- for a hold may name any.
local function hold_read(record)
	local status, user, made, life, hard, seats =
	    string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) %d+ ([%d,]+) ')
	return status and {
		status = status, user = user, seats = seats,
		ends = made + life, hard_ends = made + hard
	}
end

local function user_read(text)
	if not text then
		return 0, 0, ''
	end
	local held, bought, tokens = string.match(text, '^(%d+) (%d+) ?(.*)$')
	return tonumber(held), tonumber(bought), tokens
end

local function user_text(held, bought, tokens)
	local counts = string.format('%d %d', held, bought)
	return tokens == '' and counts or counts .. ' ' .. tokens
end
