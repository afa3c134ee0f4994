-- What every script that places a hold begins with: whether the map is live,
-- the terms are its own, the sale is open, the key is new, and it is the user's
-- turn. Needs perf, seat, hold, log. Its first ten arguments:
--   now, token (16 bytes), user, version of the terms asked with, version of
--   their price list, life ms, hard ms, journal ('1' or ''), fingerprint ('' for
--   none), limits (see rate)
-- also: a field of :meta more that the script looks at, meta[8] then.
-- What it may answer:
--   'again', token, record, log id, then what expired on the way
--   'closed' (a performance that is not open has '0' for its end) | 'mismatch'
--   | 'many' (of this user's released holds with a key are kept), then the same
--   'terms': asked with other ones than the map's; 'gone'
--   'ended', record: this token's hold is over
--   'pass', then what expired: there is a line, and the user has no pass
-- It leaves meta, now, now_text, due, ended (what expired), and of the user
-- field, held, bought, tokens, rate, hoard.

local token, user = ARGV[2], ARGV[3]
local journal, fingerprint = ARGV[8], ARGV[9]
local limits = ARGV[10]

local meta = redis.call('HMGET', meta_key, 's', 'open', 'close', 'max',
    'terms', 'due', 'queue', also)
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[5] ~= ARGV[4] then
	return {'terms'}
end
local now, now_text = clock(ARGV[1])
if (now < tonumber(meta[2]) or now >= tonumber(meta[3]))
    and not (till_is(user) and meta[3] ~= '0') then
	return {'closed'}
end
local due, ended = tonumber(meta[6]), {}
if due and due <= now then
--#include move
--#include stock
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

-- Before anything is said of seats: whose turn it is not learns nothing.
if (meta[7] or '') ~= '' and not till_is(user) then
	local lapses = redis.call('ZSCORE', active_key, user)
	if not lapses or tonumber(lapses) <= now then
		return {'pass', unpack(ended)}
	end
end

local field = 'u' .. user
local held, bought, tokens, rate, hoard =
    user_read(redis.call('HGET', holds_key, field))
