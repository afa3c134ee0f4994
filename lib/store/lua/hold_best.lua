-- hold_best - the first of some groups of seats that stands, for one buyer
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the best group's seats, sorted with commas, and
--       their prices with types, both '' where there is no group; the other
--       groups, best first: of each its seats, a blank, their prices, '' where
--       they are those of the best one, and ';'; what is told of rules (see
--       rule), or ''
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

local function is_allowed()
	return true
end
if ARGV[14] ~= '' then
--#include rule
	is_allowed = function(places)
		local chosen = {}
		for i = 1, #places do
			chosen[places[i]] = true
		end
		return not rule_refuses(ARGV[14], meta[8], chosen, {})
	end
end

-- The places of seats that are free, and allowed.
local function standing(seats)
	local places = seats_places(seats)
	local letters = seats_read(seats_key, 1, places)
	for i = 1, #places do
		if letters[i] ~= 65 then
			return nil
		end
	end
	return is_allowed(places) and places
end

-- Mostly it is the first.
local asked, prices = ARGV[11], ARGV[12]
local places = asked ~= '' and standing(asked)
if not places then
	for seats, its_prices in string.gmatch(ARGV[13], '([%d,]+) ([%d,/]*);') do
		places = standing(seats)
		if places then
			asked = seats
			prices = its_prices ~= '' and its_prices or prices
			break
		end
	end
end
if not places then
	return {'missed', unpack(ended)}
end
--#include placed
