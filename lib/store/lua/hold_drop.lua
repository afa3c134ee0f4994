#!lua flags=allow-oom
-- hold_drop - the buyer gives a hold back
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), user, journal ('1' or ''), '1' when it should
--       not have been placed: its key may come again and place it
-- gives 'ok', record, log id: released now
--       'ended', record [, log id]: it was over (or just lapsed) already
--       'paying' | 'none' | 'gone'
-- Atomic because between reading the hold and freeing its seats it could be
-- paid, or lapse and its seats be somebody else's.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end

-- So many records of what he released stay with a buyer, to tell at once how a
-- hold ended; of the others the journal tells. A token made from an
-- Idempotency-Key may come again and must be known: hold_place bounds those.
local kept = 8

local function forget_oldest(tokens)
	for at = 1, #tokens, 16 do
		local token = string.sub(tokens, at, at + 15)
		if hold_fingerprint(redis.call('HGET', holds_key, token)
		    or '') == '' then
			redis.call('HDEL', holds_key, token)
			redis.call('ZREM', due_key, token)
			return tokens_without(tokens, token)
		end
	end
	return tokens
end

local function keep_released(user, token)
	local field = 'r' .. user
	local tokens = (redis.call('HGET', holds_key, field) or '') .. token
	if #tokens > 16 * kept then
		tokens = forget_oldest(tokens)
	end
	redis.call('HSET', holds_key, field, tokens)
end

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local now, token = clock(ARGV[1]), ARGV[2]
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
local lapsed = hold.ends <= now
local id, text = hold_end(token, record, hold, 'H', lapsed and 'e' or 'r',
    ARGV[4], not lapsed and now or nil)
if not lapsed and ARGV[5] == '1' then
	redis.call('HDEL', holds_key, token)
	redis.call('ZREM', due_key, token)
elseif not lapsed then
	keep_released(hold.user, token)
end
return {lapsed and 'ended' or 'ok', text, id}
