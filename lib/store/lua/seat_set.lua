-- seat_set - what PostgreSQL says of some seats, where nothing has happened
--
--#keys seats refs meta log
-- ARGV  for each seat, at most 500: number, letter and mark it was read with,
--       letter and mark it shall have
-- gives 'ok', how many were set, newest log id | 'gone'
-- Atomic because a seat may change between being read and being set: state
-- and mark are compared, and whatever happened in between wins.
--#include perf
--#include seat
--#include log

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local places = {}
for i = 1, #ARGV, 5 do
	places[#places + 1] = ARGV[i] - 1
end
local letters = seats_read(seats_key, 1, places)
local marks = seats_read(refs_key, 4, places)
local n, moved = 0, {}
for i = 1, #places do
	local at = 5 * i - 4
	if string.char(letters[i]) == ARGV[at + 1]
	    and marks[i] == tonumber(ARGV[at + 2]) then
		local to = ARGV[at + 3]
		seats_write(seats_key, {places[i]}, to)
		seats_write(refs_key, {places[i]},
		    struct.pack('>i4', tonumber(ARGV[at + 4])))
		moved[to] = (moved[to] and moved[to] .. ',' or '') .. ARGV[at]
		n = n + 1
	end
end
for to, seats in pairs(moved) do
	log_add(to, seats, '')
end
return {'ok', n, log_last()}
