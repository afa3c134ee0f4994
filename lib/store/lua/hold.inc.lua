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

-- Everything that knows what a record looks like is here, and its reader in C
-- (journal/hold_record.c). Nil where it is none: u and 15 digits are 16 bytes as
-- well, and whoever asks for a hold may name any. made, life, hard and version
-- stay text, ends and hard_ends are numbers, fingerprint is '' for none.
local function hold_read(record)
	local status, user, made, life, hard, version, seats, prices, rest =
	    string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) (%d+) '
	    .. '([%d,]+) ([%d,]+) ?(%S*)$')
	return status and {
		status = status, user = user, made = made, life = life,
		hard = hard, version = version, seats = seats, prices = prices,
		fingerprint = rest, ends = made + life, hard_ends = made + hard
	}
end

local function hold_write(hold)
	local record = hold.status .. ' ' .. hold.user .. ' ' .. hold.made
	    .. ' ' .. hold.life .. ' ' .. hold.hard .. ' ' .. hold.version
	    .. ' ' .. hold.seats .. ' ' .. hold.prices
	if hold.fingerprint == '' then
		return record
	end
	return record .. ' ' .. hold.fingerprint
end

-- The record with another status.
local function hold_become(record, status)
	return status .. string.sub(record, 2)
end

-- The record with another end, a number.
local function hold_until(hold, ends)
	hold.life = string.format('%d', ends - hold.made)
	return hold_write(hold)
end

-- Whether it runs, or did when it was last written.
local function hold_runs(hold)
	return hold.status == 'h' or hold.status == 'p'
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
