-- The rule against lone seats, as lib/seat/seat_rule.h says it, within the
-- script: two who choose at once are judged one after the other. Needs perf.
--
-- A script includes it where the handler told of rules, and nothing of it costs
-- anything elsewhere. What the handler tells is one text: the rules that the
-- performance has by its terms, which are the map's, and the segments of the
-- chosen seats, 'no-lone-seat 101:....**.. 131:.....': the number of the first
-- seat, and a character a seat: '.' open to the request, '*' of a type that is
-- kept for those who name it. Field over of :meta has the rules that have ended (seat_rules).

-- Whether the choice leaves a lone seat, where before says of each seat of a
-- segment whether it is free ('1') or not ('0'), and after the same once it is
-- chosen; k seats of them were.
local function rule_lone(before, after, k)
	local room = false
	for run in string.gmatch(before, '1+') do
		room = room or #run == k or #run >= k + 2
	end
	if not room then
		return false
	end
	local was, is = '0' .. before .. '0', '0' .. after .. '0'
	local at = string.find(is, '010', 1, true)
	while at do
		local left = string.sub(was, at, at)
		local right = string.sub(was, at + 2, at + 2)
		if left == '1' or right == '1' then
			return true
		end
		at = string.find(is, '010', at + 1, true)
	end
	return false
end

-- What the rules that are on (words of :meta's rules) say of a choice: nil, or
-- the name of the rule that refuses it. chosen and own are sets of places, from
-- 0; own seats count as free.
local function rule_refuses(rules, segments, chosen, own)
	local lone = string.find(rules, 'no-lone-seat', 1, true)
	local last = string.find(rules, 'accessible-last', 1, true)
	for first, open in string.gmatch(segments, '(%d+):([.*]+)') do
		local text = redis.call('GETRANGE', seats_key, int(first - 1),
		    int(first + #open - 2))
		local before, after, k = {}, {}, 0
		for i = 1, #open do
			local place = first + i - 2
			local closed = last and string.byte(open, i) == 42
			if closed and chosen[place] then
				return 'accessible-last'
			end
			local free = not closed
			    and (string.byte(text, i) == 65 or own[place])
			before[i] = free and '1' or '0'
			after[i] = free and not chosen[place] and '1' or '0'
			k = chosen[place] and k + 1 or k
		end
		if lone and rule_lone(table.concat(before),
		    table.concat(after), k) then
			return 'no-lone-seat'
		end
	end
	return nil
end
