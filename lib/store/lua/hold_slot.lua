-- hold_slot - so many places of a slot section for one buyer, or none
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the section's number, where its places begin (from
--       0), how many it has, how many are asked for, their prices
--       with types
-- gives what place and placed answer, and
--       'full', how many are left, then what expired
-- Atomic because a place seen free must still be free when it is written, and
-- the user's count must not pass the limit between two calls.
--
-- It looks from where the last one found some, field at<section> of :meta; that
-- moves on when so much is behind it that looking past it costs more than a
-- write. Redis hashes a text, letter by letter, before a script has it: so the
-- first window is small.
--#include perf
--#include seat
--#include hold
--#include log
local also = 'at' .. ARGV[11]
--#include place

local window, most = 64, 4096

local first, capacity = tonumber(ARGV[12]), tonumber(ARGV[13])
local wanted, prices = tonumber(ARGV[14]), ARGV[15]
local from = (meta[8] or 0) % capacity
local places, cut = {}, false

-- Places of [at, to) of the section: wanted ones that are neighbours, or as
-- many as are still missing.
local function look(at, to)
	local size = window
	while at < to and #places < wanted do
		local n = math.min(size, to - at)
		local text = redis.call('GETRANGE', seats_key,
		    int(first + at), int(first + at + n - 1))
		cut = cut or #text < n
		local found = #places == 0
		    and string.find(text, string.rep('A', wanted), 1, true)
		if found then
			for i = 1, wanted do
				places[i] = first + at + found + i - 2
			end
			return
		end
		found = string.find(text, 'A', 1, true)
		while found and #places < wanted do
			places[#places + 1] = first + at + found - 1
			found = string.find(text, 'A', found + 1, true)
		end
		at = at + n
		size = math.min(4 * size, most)
	end
end

look(from, capacity)
look(0, from)
if cut then
	return {seats_wrong({first + capacity - 1}, {0}), unpack(ended)}
end
if #places < wanted then
	return {'full', int(#places), unpack(ended)}
end
local passed = (places[1] - first - from) % capacity
if passed >= window then
	redis.call('HSET', meta_key, also, int(places[1] - first))
end
table.sort(places)
local seats = {}
for i = 1, wanted do
	seats[i] = int(places[i] + 1)
end
local asked = table.concat(seats, ',')
--#include placed
