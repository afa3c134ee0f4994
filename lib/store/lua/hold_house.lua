-- hold_house - all asked seats that are kept for somebody, B -> A -> H, or none
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the seats sorted with commas, prices in their
--       order with types as a record has them, and the owner marks of their
--       claims in their order, with commas; '' where they are not kept: then
--       only what is known of the token is told
-- gives what place and promise answer, 'ok', token, record, log id, then what
--       expired on the way, and what hold_place does, but for 'rule'
-- Atomic because a seat must still be blocked by the same claim when it is
-- held: between the two moves it would be anybody's.
--#include perf
--#include seat
--#include hold
--#include log
local also = 'over'
--#include place

local asked, prices = ARGV[11], ARGV[12]
local places = seats_places(asked)
local letters = seats_read(seats_key, 1, places)
local marks = seats_read(refs_key, 4, places)

local kept, i = true, 0
for mark in string.gmatch(ARGV[13], '%-?%d+') do
	i = i + 1
	kept = kept and letters[i] == 66 and marks[i] == tonumber(mark)
end
if not kept or i < #places then
--#include unfree
end
local seats, quantity = asked, #places
asked = 'B' .. asked
--#include promise
seats_write(seats_key, places, 'H')
seats_write(refs_key, places, mark_bytes(token))
return {'ok', token, record, log_add('H', seats, journal, token, record),
    unpack(ended)}
