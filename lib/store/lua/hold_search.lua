-- hold_search - any seats that are together, or in neighbouring rows
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then how many, the first and the last seat of the
--       scope; its stretches of seats that are asked for, best first: of each
--       the segment's first seat and length, its own first and last seat, its
--       section and row; seats of types that are kept, with commas; the
--       class of each seat of the hall, a byte; what a class costs of the
--       default ticket type, then of the next, with commas; the rules that
--       the terms have: see rule; and where ticket types are not all the
--       default how many classes there are, and of each of the seats its
--       type's number and, behind a colon, where in the amounts it comes,
--       from 0
-- gives what place and placed answer, and
--       'apart', how many could sit together, then what expired
-- Atomic because 'apart' must be true: who ranked seats by an older map asks
-- here last. It is not what is run for every hold.
--#include perf
--#include seat
--#include hold
--#include log
local also = 'over'
--#include place

local size = tonumber(ARGV[11])
local low, high = tonumber(ARGV[12]), tonumber(ARGV[13])
local letters = redis.call('GETRANGE', seats_key, int(low - 1), int(high - 1))
if #letters <= high - low then
	return {seats_wrong({high - 1}, {0}), unpack(ended)}
end
local over = meta[8] or ''
local function is_on(rule)
	return string.find(ARGV[18], rule, 1, true)
	    and not string.find(over, rule, 1, true)
end
local no_lone = is_on('no-lone-seat')
local kept = is_on('accessible-last') and ARGV[15] or ''
local open, from = {}, 1
for seat in string.gmatch(kept, '%d+') do
	open[#open + 1] = string.sub(letters, from, seat - low)
	from = seat - low + 2
	open[#open + 1] = 'D'
end
letters = table.concat(open) .. string.sub(letters, from)

-- Stretches, and which of them a row has.
local stretches, rows, order = {}, {}, {}
for first, n, from, to, section, row in string.gmatch(ARGV[14],
    '(%d+):(%d+):(%d+):(%d+):(%d+):(%d+)') do
	local s = {
		first = tonumber(first), from = from - first + 1,
		to = to - first + 1,
		text = string.sub(letters, first - low + 1, first - low + n)
	}
	stretches[#stretches + 1] = s
	-- Rows of one section are neighbours where their numbers are.
	row = section * 100000 + row
	if not rows[row] then
		rows[row] = {}
		order[#order + 1] = row
	end
	table.insert(rows[row], s)
end

-- Whether n seats need not leave a lone one in a segment.
local function has_choice(text, n)
	for run in string.gmatch(text, 'A+') do
		if #run == n or #run >= n + 2 then
			return true
		end
	end
	return false
end

-- Where n seats of a stretch are free, leaving a lone one beside them or not.
local function fit(s, n, lone)
	if lone and no_lone and has_choice(s.text, n) then
		return nil
	end
	local from, to = string.find(s.text, 'A+')
	while from do
		for at = math.max(from, s.from), math.min(to, s.to) - n + 1 do
			if (at - from == 1 or to - at - n == 0) == lone then
				return s.first + at - 1
			end
		end
		from, to = string.find(s.text, 'A+', to + 1)
	end
end

local function fit_any(list, n)
	for _, lone in ipairs({false, true}) do
		for _, s in ipairs(list) do
			local seat = fit(s, n, lone)
			if seat then
				return seat
			end
		end
	end
end

-- Where a row has n seats, or false.
local known = {}
local function fit_row(row, n)
	local of = known[row] or {}
	known[row] = of
	if of[n] == nil then
		of[n] = fit_any(rows[row], n) or false
	end
	return of[n]
end

-- Parts for n_parts rows from one on, each of low..high seats, n in all.
local function share_out(row, n_parts, n, low, high)
	if n_parts == 0 then
		return n == 0 and {}
	end
	if not rows[row] or n < low * n_parts or n > high * n_parts then
		return false
	end
	for part = low, high do
		local seat = fit_row(row, part)
		local rest = seat
		    and share_out(row + 1, n_parts - 1, n - part, low, high)
		if rest then
			table.insert(rest, 1, {seat, part})
			return rest
		end
	end
	return false
end

local function split()
	for n_parts = 2, math.floor(size / 2) do
		for apart = 0, size - 2 * n_parts do
			for low = math.floor(size / n_parts), 2, -1 do
				for _, row in ipairs(order) do
					local parts = share_out(row, n_parts,
					    size, low, low + apart)
					if parts then
						return parts
					end
				end
			end
		end
	end
end

local seat = fit_any(stretches, size)
local parts = seat and {{seat, size}} or split()
if not parts then
	local most = size - 1
	while most > 0 and not fit_any(stretches, most) do
		most = most - 1
	end
	return {'apart', int(most), unpack(ended)}
end

local amounts = {}
for amount in string.gmatch(ARGV[17], '%d+') do
	amounts[#amounts + 1] = amount
end
local types, numbers = {}, {}
for number, nth in string.gmatch(ARGV[20] or '', '(%d+):(%d+)') do
	numbers[#numbers + 1] = number
	types[#types + 1] = nth * ARGV[19]
end
local places, seats, costs = {}, {}, {}
for _, part in ipairs(parts) do
	for i = part[1], part[1] + part[2] - 1 do
		places[#places + 1] = i - 1
		seats[#seats + 1] = int(i)
		costs[#costs + 1] = amounts[(types[#seats] or 0)
		    + string.byte(ARGV[16], i)]
	end
end
local asked, prices = table.concat(seats, ','), table.concat(costs, ',')
if #numbers > 0 then
	prices = prices .. '/' .. table.concat(numbers, ',')
end
--#include placed
