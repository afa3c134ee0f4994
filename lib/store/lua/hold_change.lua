-- hold_change - a running hold keeps other seats instead, until the same end
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), user, journal ('1' or ''), seats sorted with
--       commas (of a counter section as in its record), their prices under
--       the hold's own price list with types, version of the terms asked
--       with, limits (see rate), and what is told of rules, where there are any:
--       see rule
-- gives 'ok', record, log id
--       'taken', letters of the asked seats, A for those it has already
--       'seat': the plan has no such seat, or the hold is of a counter
--       section, or of seats that were blocked, and asked for other places
--       'rule', the name of the one that refuses them
--       'terms': asked with other ones than the map's
--       'rate' | 'hoard', ms to wait
--       'limit' | 'closed' | 'paying' | 'none' | 'gone'
--       'ended', record [, log id]: it is over
-- Atomic because the old seats must not be given up before the new ones are
-- had, nor the new ones be taken when the hold has lapsed.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end

local meta = redis.call('HMGET', meta_key, 's', 'open', 'close', 'max',
    'terms')
if meta[1] ~= 'live' then
	return {'gone'}
end
local now, now_text = clock(ARGV[1])
local token, journal, asked = ARGV[2], ARGV[4], ARGV[5]
local record = redis.call('HGET', holds_key, token)
local hold = record and hold_read(record)
if not hold or hold.user ~= ARGV[3] then
	return {'none'}
end
if hold.status == 'p' then
	return {'paying'}
end
if hold.status ~= 'h' then
	return {'ended', record}
end
if hold.ends <= now then
	local id, text = hold_end(token, record, hold, 'H', 'e', journal)
	return {'ended', text, id}
end
if (now < tonumber(meta[2]) or now >= tonumber(meta[3]))
    and not (till_is(hold.user) and meta[3] ~= '0') then
	return {'closed'}
end
if meta[5] ~= ARGV[7] then
	return {'terms'}
end

-- Places of a counter section are no choice, nor seats that are kept for
-- somebody: other tickets for the same.
if hold.section or hold.back ~= 'A' then
	if hold.seats ~= asked then
		return {'seat'}
	end
	record = hold_with(record, nil, nil, ARGV[6])
	redis.call('HSET', holds_key, token, record)
	return {'ok', record, log_add('#', '', journal, token, record)}
end

local mine = {}
for seat in string.gmatch(hold.seats, '%d+') do
	mine[seat] = true
end
local places, wanted, taken = seats_places(asked), {}, false
local letters = seats_read(seats_key, 1, places)
local at = 0
for seat in string.gmatch(asked, '%d+') do
	at = at + 1
	if mine[seat] then
		mine[seat] = nil
		letters[at] = 65
	elseif letters[at] == 65 then
		wanted[#wanted + 1] = seat
	else
		taken = true
	end
end
if taken then
	local wrong = seats_wrong(places, letters)
	if wrong then
		return {wrong}
	end
	return {'taken', string.char(unpack(letters))}
end
if ARGV[9] and #wanted > 0 then
--#include rule
	local chosen, own = {}, {}
	for _, place in ipairs(places) do
		chosen[place] = true
	end
	for _, place in ipairs(seats_places(hold.seats)) do
		own[place] = true
	end
	local rule = rule_refuses(ARGV[9],
	    redis.call('HGET', meta_key, 'over'), chosen, own)
	if rule then
		return {'rule', rule}
	end
end
local field = 'u' .. hold.user
local held, bought, tokens, rate, hoard =
    user_read(redis.call('HGET', holds_key, field))
local limits, ended = ARGV[8], {}
local more = #places - seats_count(hold.seats)
if held + more + bought > tonumber(meta[4]) and not till_is(hold.user) then
	return {'limit'}
end
-- Giving back is never refused. Until then his record says what it said.
if #wanted > 0 then
--#include rate
end
held = held + more

-- From here on only writes. What is left in mine is given up.
local dropped = {}
for seat in string.gmatch(hold.seats, '%d+') do
	if mine[seat] then
		dropped[#dropped + 1] = seat
	end
end
if #dropped > 0 then
	local moved = seats_move(table.concat(dropped, ','), mark_of(token),
	    'H', 'A')
	log_add('A', moved, '')
	if rate ~= '' then
		hoard = hoard_add(hoard, #dropped, hold.made, now)
	end
end
local added = table.concat(wanted, ',')
if #wanted > 0 then
	places = seats_places(added)
	seats_write(seats_key, places, 'H')
	seats_write(refs_key, places, mark_bytes(token))
end
record = hold_with(record, nil, asked, ARGV[6])
redis.call('HSET', holds_key, token, record,
    field, user_text(held, bought, tokens, rate, hoard))
return {'ok', record, log_add('H', added, journal, token, record)}
