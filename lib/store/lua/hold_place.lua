-- hold_place - all asked seats for one buyer, or none
--
--#keys seats refs meta holds due log ends
-- ARGV  now, token (16 bytes), user, version of the terms asked with, version
--       of their price list, life ms, hard ms, journal ('1' or ''),
--       fingerprint ('' for none), seats sorted with commas, prices in their
--       order
-- gives 'ok' | 'again', token, record, log id, then what expired on the way
--       'taken', letters of the asked seats in order, then the same
--       'limit' | 'closed' | 'mismatch' | 'many' (of this user's released
--       holds with a key are kept), then the same
--       'seat', then the same: the plan has no such seat
--       'terms': asked with other ones than the map's; 'gone'
--       'ended', record: this token's hold is over
-- Atomic because a seat seen free must still be free when it is written, and
-- the user's count must not pass the limit between two calls.
--#include perf
--#include seat
--#include hold
--#include log

local token, user = ARGV[2], ARGV[3]
local journal, fingerprint, asked = ARGV[8], ARGV[9], ARGV[10]

local meta = redis.call('HMGET', meta_key, 's', 'open', 'close', 'max',
    'terms', 'due')
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[5] ~= ARGV[4] then
	return {'terms'}
end
local now, now_text = clock(ARGV[1])
if now < tonumber(meta[2]) or now >= tonumber(meta[3]) then
	return {'closed'}
end
local due, ended = tonumber(meta[6]), {}
if due and due <= now then
--#include move
--#include leave
--#include end
--#include due
	due = expire_due(now, journal, 100, ended)
end

-- Without a fingerprint the token is random: only this call knows it.
if fingerprint ~= '' then
	local known = redis.call('HGET', holds_key, token)
	local hold = known and hold_read(known)
	if known and hold_fingerprint(known) ~= fingerprint then
		return {'mismatch', unpack(ended)}
	end
	if hold and hold_runs(hold) then
		return {'again', token, known, log_last(), unpack(ended)}
	end
	if known then
		return {'ended', known}
	end
	-- Each that is released stays until its hard end, since its key may
	-- come again.
	local released = redis.call('HGET', holds_key, 'r' .. user)
	if released and #released >= 16 * 32 then
		return {'many', unpack(ended)}
	end
end

local field = 'u' .. user
local held, bought, tokens = user_read(redis.call('HGET', holds_key, field))
local places = seats_places(asked)
local letters = seats_read(seats_key, 1, places)

local free = true
for i = 1, #places do
	free = free and letters[i] == 65
end
if not free then
	-- They may be the buyer's own, in a running hold of just these.
	for at = 1, #tokens, 16 do
		local mine = string.sub(tokens, at, at + 15)
		local record = redis.call('HGET', holds_key, mine)
		local hold = record and hold_read(record)
		if hold and hold_runs(hold) and hold.seats == asked then
			return {'again', mine, record, log_last(),
			    unpack(ended)}
		end
	end
	local wrong = seats_wrong(places, letters)
	if wrong then
		return {wrong, unpack(ended)}
	end
	return {'taken', string.char(unpack(letters)), unpack(ended)}
end
if held + bought + #places > tonumber(meta[4]) then
	return {'limit', unpack(ended)}
end

-- Whether it ends after all that wait in :ends: see due.
local ends = now + ARGV[6]
local ends_text = int(ends)
local last = redis.call('LINDEX', ends_key, '-1') or 0

-- From here on only writes.
local record = hold_write('h', user, now_text, ARGV[6], ARGV[7], ARGV[5],
    asked, ARGV[11], fingerprint)
seats_write(seats_key, places, 'H')
seats_write(refs_key, places, mark_bytes(token))
redis.call('HSET', holds_key, token, record, field,
    user_text(held + #places, bought, tokens .. token))
if ends - last >= 0 then
	redis.call('RPUSH', ends_key, token, ends_text)
else
	redis.call('ZADD', due_key, ends_text, token)
end
if not due or ends < due then
	redis.call('HSET', meta_key, 'due', ends_text)
end
return {'ok', token, record, log_add('H', asked, journal, token, record),
    unpack(ended)}
