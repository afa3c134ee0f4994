-- hold_adopt - a hold was made, extended or ended in PostgreSQL: know it too
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), its record as PostgreSQL has it, ms at which
--       the journal has it, '1' when claims keep all its seats, how many
--       seats a user might have when it was made
-- gives 'mirrored', and where it runs and has its seats: record, log id
--       'limit': with this one its user would have too many seats; it was not
--       taken in
--       'waits': a seat is being paid for, or a fact stands there, or too
--       little is left of its section: not now
--       'gone'
-- Atomic because its seats and the user's count must not change between being
-- looked at and being written. Seats held for somebody else become this
-- hold's where PostgreSQL has a claim for it: the other is told when he pays.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end

local meta = redis.call('HMGET', meta_key, 's', 'max', 'due')
if meta[1] ~= 'live' then
	return {'gone'}
end
local now, token, record = clock(ARGV[1]), ARGV[2], ARGV[3]
local claimed = ARGV[5] == '1'
local hold = hold_read(record)
local known = redis.call('HGET', holds_key, token)
local mine = known and hold_read(known)

-- What is logged of the hold from now on comes after what the journal has,
-- whatever this server's clock says.
local function log_reach(ms)
	local time = redis.call('TIME')
	local here = time[1] * 1000 + math.floor(time[2] / 1000)
	local last = tonumber(string.match(log_last(), '^%d+'))
	if ms >= here and ms > last then
		redis.call('XADD', log_key, int(ms) .. '-0', 'c', '')
	end
end

local function ends_at(ms)
	redis.call('ZADD', due_key, int(ms), token)
	if not meta[3] or ms < tonumber(meta[3]) then
		redis.call('HSET', meta_key, 'due', int(ms))
	end
end

-- Whether all seats of the hold that is known here are its own.
local function has_seats()
	if mine.section then
		return true
	end
	local places, mark = seats_places(mine.seats), mark_of(token)
	local letters = seats_read(seats_key, 1, places)
	local marks = seats_read(refs_key, 4, places)
	for i = 1, #places do
		if marks[i] ~= mark
		    or (letters[i] ~= 72 and letters[i] ~= 80) then
			return false
		end
	end
	return true
end

-- Over. What was paid comes by its mirror. A token made from an
-- Idempotency-Key comes again and must be known.
if hold.status ~= 'h' or hold.ends <= now then
	local status = hold.status ~= 'h' and hold.status or 'e'
	if mine and mine.status == 'h' and status ~= 'd' then
		hold_end(token, known, mine, 'H', status, '',
		    math.min(now, mine.ends))
	elseif not mine and hold_fingerprint(record) ~= '' and hold.hard_ends > now then
		redis.call('HSET', holds_key, token,
		    hold_become(record, status))
		ends_at(hold.hard_ends)
	end
	return {'mirrored'}
end
if mine and hold_runs(mine) then
	log_reach(tonumber(ARGV[4]))
	if mine.status == 'h' and mine.ends < hold.ends then
		known = hold_with(known, hold.ends)
		redis.call('HSET', holds_key, token, known)
		ends_at(hold.ends)
	end
	-- One whose seats were taken from it is not renewed.
	if not has_seats() then
		return {'mirrored'}
	end
	return {'mirrored', known, log_add('', '', '1', token, known)}
end
-- One that lapsed here had been extended there.
if mine and mine.status ~= 'e' then
	return {'mirrored'}
end

-- Whether it may have what it asks for. What PostgreSQL claims for it is its
-- own.
local function may_have(places)
	if hold.section then
		local stock = stock_of(hold.section)
		return stock and (claimed or stock_left(stock)
		    >= seats_count(hold.seats))
	end
	local letters = seats_read(seats_key, 1, places)
	for i = 1, #places do
		if letters[i] ~= 65 and not (letters[i] == 72 and claimed) then
			return false
		end
	end
	return true
end

local places = hold.section and {} or seats_places(hold.seats)
local quantity = seats_count(hold.seats)
if not may_have(places) then
	redis.call('HINCRBY', meta_key, 'dirty', '1')
	return {'waits'}
end
local field = 'u' .. hold.user
local held, bought, tokens, rate, hoard = user_read(redis.call('HGET', holds_key, field))
if held + bought + quantity > math.max(meta[2], ARGV[6])
    and not till_is(hold.user) then
	return {'limit'}
end

-- From here on only writes.
log_reach(tonumber(ARGV[4]))
local letter, moved = 'H', hold.seats
if hold.section then
	letter, moved = '#', stock_promise(hold.section, quantity)
else
	seats_write(seats_key, places, 'H')
	seats_write(refs_key, places, mark_bytes(token))
end
redis.call('HSET', holds_key, token, record, field,
    user_text(held + quantity, bought, tokens .. token, rate, hoard))
ends_at(hold.ends)
return {'mirrored', record, log_add(letter, moved, '1', token, record)}
