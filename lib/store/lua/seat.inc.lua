-- Letters and owner marks of at most 500 seats. Seats are told as text, '5,6';
-- places are where they stand in the maps, as BITFIELD counts: {'#4', '#5'}.
-- One command reads or writes all of them.
local function seats_places(text)
	local places = {}
	for seat in string.gmatch(text, '%d+') do
		places[#places + 1] = '#' .. int(seat - 1)
	end
	return places
end

local function seats_read(key, kind, places)
	local command = {}
	for i = 1, #places do
		command[3 * i - 2] = 'GET'
		command[3 * i - 1] = kind
		command[3 * i] = places[i]
	end
	return redis.call('BITFIELD', key, unpack(command))
end

-- value is text.
local function seats_write(key, kind, places, value)
	local command = {}
	for i = 1, #places do
		command[4 * i - 3] = 'SET'
		command[4 * i - 2] = kind
		command[4 * i - 1] = places[i]
		command[4 * i] = value
	end
	redis.call('BITFIELD', key, unpack(command))
end

-- The seat at a place.
local function seats_number(place)
	return int(string.sub(place, 2) + 1)
end

-- The move from one of the letters in from to to, for those seats that stand
-- there under mark; the others belong to somebody else and are left alone, and
-- :meta says that the map is odd, for reconcile.
-- Returns the seats moved, and those that were elsewhere and not at to, both
-- as text, and how many were moved.
local function seats_move(text, mark, from, to)
	local places = seats_places(text)
	local letters = seats_read(seats_key, 'u8', places)
	local marks = seats_read(refs_key, 'i32', places)
	local moved, missed = {}, {}
	for i = 1, #places do
		local letter = string.char(letters[i])
		if marks[i] == mark and string.find(from, letter, 1, true) then
			moved[#moved + 1] = places[i]
		elseif marks[i] ~= mark or letter ~= to then
			missed[#missed + 1] = seats_number(places[i])
		end
	end
	if #moved > 0 then
		seats_write(seats_key, 'u8', moved, int(string.byte(to)))
	end
	if #moved == #places then
		return text, '', #moved
	end
	if #missed > 0 then
		redis.call('HSET', meta_key, 'odd', '1')
	end
	for i = 1, #moved do
		moved[i] = seats_number(moved[i])
	end
	return table.concat(moved, ','), table.concat(missed, ','), #moved
end
