-- withhold_keep - all asked seats A -> B or A -> D, or A -> P for a reservation
-- that gets them, or none
--
--#keys stock seats refs meta holds due log ends
-- ARGV  now, journal ('1' or ''), seats sorted with commas (at most 500),
--       letter they go to ('' only to look), owner mark; and where rules are to
--       be kept: version of the terms asked with, what is told of rules (see
--       rule), seats that the reservation has, and those that it would have
-- gives 'ok', log id, then what expired on the way
--       'taken', newest log id, letters of the asked seats in order, their
--       marks with commas, then the same
--       'rule', the name of the one that refuses them, then the same
--       'terms', then the same: asked with other ones than the map's
--       'seat', then the same: the plan has no such seat
--       'gone'
-- Atomic because a seat seen free must still be free when it is written. Not
-- asked: the sale window and the limits, which are the buyers'.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end
--#include due

local journal, asked, to = ARGV[2], ARGV[3], ARGV[4]

local meta = redis.call('HMGET', meta_key, 's', 'due', 'terms')
if meta[1] ~= 'live' then
	return {'gone'}
end
local now = clock(ARGV[1])
local due, ended = tonumber(meta[2]), {}
if due and due <= now then
	expire_due(now, journal, 500, ended)
end

local places = seats_places(asked)
local letters = seats_read(seats_key, 1, places)
local free = to ~= ''
for i = 1, #places do
	free = free and letters[i] == 65
end
if not free then
	local wrong = seats_wrong(places, letters)
	if wrong then
		return {wrong, unpack(ended)}
	end
	return {'taken', log_last(), string.char(unpack(letters)),
	    table.concat(seats_read(refs_key, 4, places), ','),
	    unpack(ended)}
end
if ARGV[6] then
	if meta[3] ~= ARGV[6] then
		return {'terms', unpack(ended)}
	end
--#include rule
	local chosen, own = {}, {}
	for _, place in ipairs(seats_places(ARGV[8])) do
		own[place] = true
	end
	for _, place in ipairs(seats_places(ARGV[9])) do
		chosen[place] = true
	end
	local rule = rule_refuses(ARGV[7],
	    redis.call('HGET', meta_key, 'over'), chosen, own)
	if rule then
		return {'rule', rule, unpack(ended)}
	end
end

-- From here on only writes.
seats_write(seats_key, places, to)
seats_write(refs_key, places, struct.pack('>i4', tonumber(ARGV[5])))
return {'ok', log_add(to, asked, ''), unpack(ended)}
