-- hold_best - the first of some groups of seats that stands, for one buyer
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the groups, best first: of each its seats, sorted
--       with commas, a blank, their prices with types, and ';'; the first and
--       the last seat of them all; what is told of rules (see rule), or ''
-- gives what place and placed answer, and
--       'missed', then what expired: none of them is free any more, and
--       allowed
-- Atomic because seats seen free must still be free when they are written.
--#include perf
--#include seat
--#include hold
--#include log
local also = 'over'
--#include place

local low, high = ARGV[12], ARGV[13]

local function are_free(places, letters)
	for i = 1, #places do
		if letters[i] ~= 65 then
			return false
		end
	end
	return true
end

local function letters_in(text, places)
	local letters = {}
	for i = 1, #places do
		letters[i] = string.byte(text, places[i] - low + 2)
	end
	return letters
end

local function are_allowed()
	return true
end
if ARGV[14] ~= '' then
--#include rule
	are_allowed = function(places)
		local chosen = {}
		for i = 1, #places do
			chosen[places[i]] = true
		end
		return not rule_refuses(ARGV[14], meta[8], chosen, {})
	end
end

-- Mostly it is the first: others are read together.
local asked, prices, places, text
for its_seats, its_prices in string.gmatch(ARGV[11], '([%d,]+) ([%d,/]+);') do
	local first = not places
	places = seats_places(its_seats)
	text = text or not first and redis.call('GETRANGE', seats_key,
	    int(low - 1), int(high - 1))
	if are_free(places, text and letters_in(text, places)
	    or seats_read(seats_key, 1, places)) and are_allowed(places) then
		asked, prices = its_seats, its_prices
		break
	end
end
if not asked then
	return {'missed', unpack(ended)}
end
--#include placed
