-- Letters (1 byte a seat) and owner marks (4 bytes) of at most 500 seats.
-- Seats are told as text, '5,6'; places are where they stand in a map, from 0.
-- Seats that are held together mostly stand together: then one GETRANGE reads
-- and one SETRANGE writes them. BITFIELD, which can do any, has to read three
-- or four arguments a seat.
local near = 64

local function seats_places(text)
	local places = {}
	for seat in string.gmatch(text, '%d+') do
		places[#places + 1] = seat - 1
	end
	return places
end

-- How far apart the first and the last are, when places rise.
local function seats_span(places)
	for i = 2, #places do
		if places[i] <= places[i - 1] then
			return math.huge
		end
	end
	return #places > 0 and places[#places] - places[1] or math.huge
end

-- The numbers at places; 0 where the map is not that long.
local function seats_read(key, width, places)
	local first, last = places[1], places[#places]
	local kind, command, values = width == 1 and 'u8' or 'i32', {}, {}
	if seats_span(places) < near then
		local text = redis.call('GETRANGE', key, int(first * width),
		    int(last * width + width - 1))
		for i, place in ipairs(places) do
			local at = (place - first) * width + 1
			values[i] = #text < at + width - 1 and 0
			    or width == 1 and string.byte(text, at)
			    or struct.unpack('>i4', text, at)
		end
		return values
	end
	for i, place in ipairs(places) do
		command[3 * i - 2] = 'GET'
		command[3 * i - 1] = kind
		command[3 * i] = '#' .. int(place)
	end
	return redis.call('BITFIELD', key, unpack(command))
end

-- The same bytes, as many as width says, to all places.
local function seats_write(key, places, bytes)
	local n, width = #places, #bytes
	if seats_span(places) == n - 1 then
		redis.call('SETRANGE', key, int(places[1] * width),
		    string.rep(bytes, n))
		return
	end
	local kind = width == 1 and 'u8' or 'i32'
	local value = width == 1 and string.byte(bytes)
	    or struct.unpack('>i4', bytes)
	local command, text = {}, int(value)
	for i, place in ipairs(places) do
		command[4 * i - 3] = 'SET'
		command[4 * i - 2] = kind
		command[4 * i - 1] = '#' .. int(place)
		command[4 * i] = text
	end
	redis.call('BITFIELD', key, unpack(command))
end

-- The seat at a place.
local function seats_number(place)
	return int(place + 1)
end

-- The move from one of the letters in from to to, for those seats that stand
-- there under mark; the others belong to somebody else and are left alone, and
-- :meta says that the map is odd, for reconcile.
-- Returns the seats moved, and those that were elsewhere and not at to, both
-- as text, and how many were moved.
local function seats_move(text, mark, from, to)
	local places = seats_places(text)
	local letters = seats_read(seats_key, 1, places)
	local marks = seats_read(refs_key, 4, places)
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
		seats_write(seats_key, moved, to)
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
