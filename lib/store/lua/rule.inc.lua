-- The rules of a performance against some choices of seats, as
-- lib/seat/seat_rule.h says them, within the script: two who choose at once are
-- judged one after the other. Needs perf; the keys seats and meta.
--
-- A script includes it where the handler told of rules, and nothing of it
-- costs anything elsewhere. What the handler tells is one text: the rules that
-- the performance has by its terms, which are the map's, and the segments of
-- the chosen seats, 'no-lone-seat 101:....**.. 131:.....': the number of the
-- first seat, and a character a seat: '.' open to the request, '*' of a type
-- that is kept for those who name it. Field over of :meta has the rules that
-- have ended (seat_rules).

-- Whether the choice leaves a lone seat, where before says of each seat of a
-- segment whether it is free ('1') or not ('0'), and after the same once it is
-- chosen; k seats of them were.
local function rule_lone(before, after, k)
	local is, room = '0' .. after .. '0', false
	local at = string.find(is, '010', 1, true)
	if not at then
		return false
	end
	for run in string.gmatch(before, '1+') do
		room = room or #run == k or #run >= k + 2
	end
	local was = '0' .. before .. '0'
	while room and at do
		if string.byte(was, at) == 49 or string.byte(was, at + 2) == 49
		    then
			return true
		end
		at = string.find(is, '010', at + 1, true)
	end
	return false
end

-- Whether the choice leaves a lone seat in the segment that begins at place
-- first; open as it was told.
local function rule_leaves_one(first, open, last, chosen, own)
	local text = redis.call('GETRANGE', seats_key, int(first),
	    int(first + #open - 1))
	local before, after, k = {}, {}, 0
	for i = 1, #open do
		local place = first + i - 1
		local free = not (last and string.byte(open, i) == 42)
		    and (own[place] or string.byte(text, i) == 65)
		before[i] = free and '1' or '0'
		after[i] = free and not chosen[place] and '1' or '0'
		k = free and chosen[place] and k + 1 or k
	end
	return rule_lone(table.concat(before), table.concat(after), k)
end

-- Of the places of a segment: whether one that is not his own yet is chosen,
-- and whether such a one is kept for others.
local function rule_takes(first, open, chosen, own)
	local more, kept = false, false
	for i = 1, #open do
		local place = first + i - 1
		if chosen[place] and not own[place] then
			more = true
			kept = kept or string.byte(open, i) == 42
		end
	end
	return more, kept
end

-- What the rules say of a choice: nil, or the name of the one that refuses it.
-- told is the handler's text, over the field of :meta or false, chosen and own
-- are sets of places, from 0. Those
-- chosen are free or own; own ones, of the hold that is changed, count as free.
-- Where only own ones are chosen something is given back, which is never
-- refused.
local function rule_refuses(told, over, chosen, own)
	local function is_on(rule)
		return string.find(told, rule, 1, true)
		    and not string.find(over or '', rule, 1, true)
	end
	local lone, last = is_on('no-lone-seat'), is_on('accessible-last')
	for number, open in string.gmatch(told, '(%d+):([.*]+)') do
		local first = number - 1
		local more, kept = rule_takes(first, open, chosen, own)
		if last and kept then
			return 'accessible-last'
		end
		if lone and more
		    and rule_leaves_one(first, open, last, chosen, own) then
			return 'no-lone-seat'
		end
	end
	return nil
end
