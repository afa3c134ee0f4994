-- A hold is a promise: the limit is asked, then its record is written. Expects
-- asked, the word of its seats, their prices, and quantity, how many they are.
-- Answers 'limit', or what rate does, or leaves record.

if held + bought + quantity > tonumber(meta[4]) and not till_is(user) then
	return {'limit', unpack(ended)}
end

--#include rate

-- Whether it ends after all that wait in :ends: see due.
local ends = now + ARGV[6]
local ends_text = int(ends)
local last = redis.call('LINDEX', ends_key, '-1') or 0

-- From here on only writes.
local record = hold_write('h', user, now_text, ARGV[6], ARGV[7], ARGV[5],
    asked, prices, fingerprint)
redis.call('HSET', holds_key, token, record, field,
    user_text(held + quantity, bought, tokens .. token, rate, hoard))
if ends - last >= 0 then
	redis.call('RPUSH', ends_key, token, ends_text)
else
	redis.call('ZADD', due_key, ends_text, token)
end
if not due or ends < due then
	redis.call('HSET', meta_key, 'due', ends_text)
end
