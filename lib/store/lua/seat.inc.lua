-- Letters and owner marks of at most 20 seats, named by their numbers as
-- strings. One command reads or writes all of them.
local function seats_read(key, kind, seats)
	local command = {}
	for i, seat in ipairs(seats) do
		command[3 * i - 2] = 'GET'
		command[3 * i - 1] = kind
		command[3 * i] = '#' .. (seat - 1)
	end
	return redis.call('BITFIELD', key, unpack(command))
end

local function seats_write(key, kind, seats, value)
	local command = {}
	for i, seat in ipairs(seats) do
		command[4 * i - 3] = 'SET'
		command[4 * i - 2] = kind
		command[4 * i - 1] = '#' .. (seat - 1)
		command[4 * i] = value
	end
	redis.call('BITFIELD', key, unpack(command))
end

local function seats_split(text)
	local seats = {}
	for seat in string.gmatch(text, '%d+') do
		seats[#seats + 1] = seat
	end
	return seats
end

-- The move from one of the letters in from to to, for those seats that stand
-- there under mark; the others belong to somebody else and are left alone.
-- Returns the seats moved, and those that were elsewhere and not at to.
local function seats_move(seats, mark, from, to)
	local letters = seats_read(seats_key, 'u8', seats)
	local marks = seats_read(refs_key, 'i32', seats)
	local moved, missed = {}, {}
	for i, seat in ipairs(seats) do
		local letter = string.char(letters[i])
		if marks[i] == mark and string.find(from, letter, 1, true) then
			moved[#moved + 1] = seat
		elseif marks[i] ~= mark or letter ~= to then
			missed[#missed + 1] = seat
		end
	end
	if #moved > 0 then
		seats_write(seats_key, 'u8', moved, string.byte(to))
	end
	return moved, missed
end

-- A change for the log: 'H5,6'; '' when no seat changed.
local function seats_change(letter, seats)
	if #seats == 0 then
		return ''
	end
	return letter .. table.concat(seats, ',')
end
