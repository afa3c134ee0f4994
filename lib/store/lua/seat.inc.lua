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

-- What is wrong with letters that were read at places: nil; 'seat', the map is
-- whole and has no such place; 'gone', it is not what was loaded: it retires,
-- and whoever is told so loads it.
local function seats_wrong(places, letters)
	local last = 0
	for i = 1, #places do
		if not string.find('AHPRCBD', string.char(letters[i]), 1,
		    true) then
			last = math.max(last, places[i] + 1)
		end
	end
	if last == 0 then
		return nil
	end
	local n = tonumber(redis.call('HGET', meta_key, 'seats') or 0)
	if last > n and redis.call('STRLEN', seats_key) == n then
		return 'seat'
	end
	redis.call('HSET', meta_key, 's', 'retired')
	return 'gone'
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
