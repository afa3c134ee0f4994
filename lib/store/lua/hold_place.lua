-- hold_place - all asked seats for one buyer, or none
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the seats sorted with commas, prices in their
--       order with types as a record has them, and what is told of rules,
--       where there are any: see rule
-- gives what place and placed answer, and
--       'taken', letters of the asked seats in order, then what expired
--       'rule', the name of the one that refuses them, then the same
--       'seat', then the same: the plan has no such seat
-- Atomic because a seat seen free must still be free when it is written, and
-- the user's count must not pass the limit between two calls.
--#include perf
--#include seat
--#include hold
--#include log
local also = 'over'
--#include place

local asked, prices = ARGV[11], ARGV[12]
local places = seats_places(asked)
local letters = seats_read(seats_key, 1, places)

local free = true
for i = 1, #places do
	free = free and letters[i] == 65
end
if not free then
--#include unfree
end
if ARGV[13] then
--#include rule
	local chosen = {}
	for i = 1, #places do
		chosen[places[i]] = true
	end
	local rule = rule_refuses(ARGV[13], meta[8], chosen, {})
	if rule then
		return {'rule', rule, unpack(ended)}
	end
end
--#include placed
