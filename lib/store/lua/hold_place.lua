-- hold_place - all asked seats for one buyer, or none
--
-- KEYS  seats refs meta holds due log
-- ARGV  now, token (16 bytes), user, version of the price list, life ms,
--       hard ms, journal ('1' or ''), fingerprint ('' for none), seats sorted
--       with commas, prices in their order
-- gives 'ok' | 'again', token, record, log id, then what expired on the way
--       'taken', letters of the asked seats in order
--       'limit' | 'closed' | 'prices' | 'mismatch' | 'gone'
--       'ended', record: this token's hold is over
-- Atomic because a seat seen free must still be free when it is written, and
-- the user's count must not pass the limit between two calls.
--#include perf
--#include seat
--#include hold
--#include due

local token, user, version = ARGV[2], ARGV[3], ARGV[4]
local journal, fingerprint, asked = ARGV[7], ARGV[8], ARGV[9]

local meta = redis.call('HMGET', meta_key, 's', 'open', 'close', 'max',
    'prices', 'due')
if meta[1] ~= 'live' then
	return {'gone'}
end
local now = clock(ARGV[1])
if now < tonumber(meta[2]) or now >= tonumber(meta[3]) then
	return {'closed'}
end
if meta[5] ~= version then
	return {'prices'}
end
local due, ended = tonumber(meta[6]), {}
if due and due <= now then
	due = expire_due(now, journal, 100, ended)
end

local function answer(word, the_token, record, id)
	return {word, the_token, record, id, unpack(ended)}
end

local field = 'u' .. user
local known = redis.call('HMGET', holds_key, token, field)
if known[1] then
	-- Without a fingerprint the token is random and only its own call,
	-- made twice, can know it.
	if fingerprint ~= ''
	    and fingerprint ~= string.match(known[1], ' (%S+)$') then
		return {'mismatch', unpack(ended)}
	end
	if string.find(known[1], '^[hp]') then
		return answer('again', token, known[1], log_last())
	end
	return {'ended', known[1]}
end

local held, bought, tokens = user_read(known[2])

-- The buyer's running hold of exactly these seats, if there is one.
local function same_hold()
	for at = 1, #tokens, 16 do
		local mine = string.sub(tokens, at, at + 15)
		local record = redis.call('HGET', holds_key, mine)
		if record and string.match(record,
		    '^[hp] %d+ %d+ %d+ %d+ %d+ ([%d,]+) ') == asked then
			return mine, record
		end
	end
end

local seats = seats_split(asked)
local letters = seats_read(seats_key, 'u8', seats)
for i = 1, #seats do
	if letters[i] ~= 65 then
		local mine, record = same_hold()
		if mine then
			return answer('again', mine, record, log_last())
		end
		for k = 1, #letters do
			letters[k] = string.char(letters[k])
		end
		return {'taken', table.concat(letters), unpack(ended)}
	end
end
if held + bought + #seats > tonumber(meta[4]) then
	return {'limit', unpack(ended)}
end

-- From here on only writes.
local record = table.concat({'h', user, now, ARGV[5], ARGV[6], version,
    asked, ARGV[10], fingerprint ~= '' and fingerprint or nil}, ' ')
local ends = now + ARGV[5]
seats_write(seats_key, 'u8', seats, 72)
seats_write(refs_key, 'i32', seats, mark_of(token))
redis.call('HSET', holds_key, token, record, field,
    user_text(held + #seats, bought, tokens .. token))
redis.call('ZADD', due_key, ends, token)
if not due or ends < due then
	redis.call('HSET', meta_key, 'due', ends)
end
return answer('ok', token, record,
    log_add('H' .. asked, journal, token, record))
