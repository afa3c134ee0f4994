-- hold_best - the first of some groups of seats that stands, for one buyer
--
--#keys stock seats refs meta holds due log ends
-- ARGV  those of place, then the groups, best first: of each its seats, sorted
--       with commas, a blank, their prices, and ';'
-- gives what place and placed answer, and
--       'missed', then what expired: none of them is free any more
-- Atomic because seats seen free must still be free when they are written.
--#include perf
--#include seat
--#include hold
--#include log
--#include place

local function are_free(places)
	for _, letter in ipairs(seats_read(seats_key, 1, places)) do
		if letter ~= 65 then
			return false
		end
	end
	return true
end

local asked, prices, places
for its_seats, its_prices in string.gmatch(ARGV[10], '([%d,]+) ([%d,]+);') do
	places = seats_places(its_seats)
	if are_free(places) then
		asked, prices = its_seats, its_prices
		break
	end
end
if not asked then
	return {'missed', unpack(ended)}
end
--#include placed
