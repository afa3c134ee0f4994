-- Moves of seats that may have gone on to somebody else meanwhile. Needs seat.

-- The seat at a place.
local function seats_number(place)
	return int(place + 1)
end

-- The move from one of the letters in from to to, for those seats that stand
-- there under mark; the others belong to somebody else and are left alone, and
-- :meta counts how often the map was found dirty, for reconcile.
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
		redis.call('HINCRBY', meta_key, 'dirty', '1')
	end
	for i = 1, #moved do
		moved[i] = seats_number(moved[i])
	end
	return table.concat(moved, ','), table.concat(missed, ','), #moved
end
