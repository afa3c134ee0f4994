-- Holds. :holds has three kinds of fields. The 16 random bytes of a token lead
-- to its record, words between blanks:
--   status user made life hard version seats prices [fingerprint]
-- with status h held, p paying, d paid, e expired, r released, l lost; made in
-- ms, life and hard in ms after it; version of the price list; seats sorted
-- and prices in their order, commas between; where their ticket types are not
-- all the default, those behind the prices: 1000,800/0,1. Of counter section 5
-- it has no seats but numbers of them: #5:1,2,3. Seats that were blocked for whom
-- a till sells them to, and are blocked again when they are not paid for, have
-- the letter in front: B5,6. A user below 0 is a till
-- session, who sells to anybody: for it there is no limit, no line, and no time
-- of sale. u<user> leads to
--   held bought tokens
-- seats held, seats bought, the running holds' tokens one after the other, and
-- r<user> to the tokens of those he released whose records are still here.
-- Behind bought may stand what limits keep of him, a comma and digits, a
-- semicolon and hex digits: 2 0,764446911000;69ab0c870258 (see rate and hoard).

local function till_is(user)
	return string.byte(user) == 45
end

local function mark_bytes(token)
	return string.sub(token, 13)
end

local function mark_of(token)
	return (struct.unpack('>i4', token, 13))
end

-- Everything that knows what a record looks like is here, and its reader in C
-- (journal/hold_record.c). Nil where it is none: u and 15 digits are 16 bytes
-- as well, and whoever asks for a hold may name any. Only what is asked for in
-- each script is read; ends and hard_ends are numbers, section is text, of a
-- hold of a counter section; back is the letter that its seats go back to.
local function hold_read(record)
	local status, user, made, life, hard, blocked, seats = string.match(record,
	    '^(%a) (%-?%d+) (%d+) (%d+) (%d+) %d+ (B?)([#:%d,]+) ')
	return status and {
		status = status, user = user, seats = seats,
		back = blocked == '' and 'A' or 'B',
		section = string.byte(seats) == 35
		    and string.match(seats, '^#(%d+)') or nil,
		made = made, ends = made + life, hard_ends = made + hard
	}
end

-- '' where the token was not made from an Idempotency-Key. Such a token comes
-- again, and must be known.
local function hold_fingerprint(record)
	return string.match(record,
	    '^%S+ %S+ %S+ %S+ %S+ %S+ %S+ %S+ (%S+)$') or ''
end

-- The ticket types of a record, or of a word of prices; '' where all are the
-- default.
local function hold_types(text)
	return string.match(text, '/[%d,]+') or ''
end

-- All its words are text.
local function hold_write(status, user, made, life, hard, version, seats,
    prices, fingerprint)
	local record = status .. ' ' .. user .. ' ' .. made .. ' ' .. life
	    .. ' ' .. hard .. ' ' .. version .. ' ' .. seats .. ' ' .. prices
	return fingerprint == '' and record or record .. ' ' .. fingerprint
end

-- The record with another status.
local function hold_become(record, status)
	return status .. string.sub(record, 2)
end

-- The record with other words where they are given: another end, a number;
-- other seats with their prices and types.
local function hold_with(record, ends, seats, prices)
	local status, user, made, life, hard, version, blocked, its_seats,
	    its_prices = string.match(record,
	    '^(%a) (%-?%d+) (%d+) (%d+) (%d+) (%d+) (B?)([#:%d,]+) ([%d,/]+)')
	return hold_write(status, user, made,
	    ends and string.format('%d', ends - made) or life, hard, version,
	    blocked .. (seats or its_seats), prices or its_prices,
	    hold_fingerprint(record))
end

-- The record with another end, and with its hard end not before that.
local function hold_until(record, ends)
	local status, user, made, life, hard, version, seats, prices =
	    string.match(record,
	    '^(%a) (%-?%d+) (%d+) (%d+) (%d+) (%d+) ([B#:%d,]+) ([%d,/]+)')
	life = math.max(0, ends - made)
	return hold_write(status, user, made, string.format('%d', life),
	    string.format('%d', math.max(life, hard)), version, seats, prices,
	    hold_fingerprint(record))
end

-- Whether it runs, or did when it was last written.
local function hold_runs(hold)
	return hold.status == 'h' or hold.status == 'p'
end

-- rate and hoard come as they stand there, with their marks, or as ''.
local function user_read(text)
	if not text then
		return 0, 0, '', '', ''
	end
	local held, bought, rate, hoard, tokens =
	    string.match(text, '^(%d+) (%d+)(,?%d*)(;?%x*) ?(.*)$')
	return tonumber(held), tonumber(bought), tokens, rate, hoard
end

local function user_text(held, bought, tokens, rate, hoard)
	local counts = string.format('%d %d', held, bought)
	return tokens == '' and counts .. rate .. hoard
	    or counts .. rate .. hoard .. ' ' .. tokens
end
