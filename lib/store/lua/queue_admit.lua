-- queue_admit - those who have a row of a pass, and still wait, may buy
--
--#keys meta queue ready seen absent active pass line
-- ARGV  now, then of each user, number, and the ms his pass ends (0: it has)
-- gives 'ok', how many may buy now, then of each, in order, one of 'moved',
--       'active' (he may already), 'waits' (no place is free), 'left'
--       'off' | 'none': the line is not begun | 'gone'
-- Atomic because places are counted, and he may leave, at this moment. Run
-- twice, or late, it admits nobody twice, and nobody past the limit.
--#include perf
--#include line

local meta = redis.call('HMGET', meta_key, 's', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local terms = line_terms(meta[2])
if not terms then
	return {'off'}
end
local line = redis.call('HMGET', line_key, 'head', 'tokens', 'at', 'admitted')
if not line[1] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])
local head = tonumber(line[1])
local tokens = line_tokens(terms, tonumber(line[2] or nil),
    tonumber(line[3] or nil), now)
local active, moved = redis.call('ZCARD', active_key), 0
local told = {'ok'}

local function wait_no_more(user)
	redis.call('ZREM', queue_key, user)
	redis.call('ZREM', ready_key, user)
	redis.call('ZREM', seen_key, user)
	redis.call('ZREM', absent_key, user)
end

for i = 2, #ARGV, 3 do
	local user, seq, ends = ARGV[i], ARGV[i + 1], ARGV[i + 2]
	local said = 'left'
	if redis.call('ZSCORE', queue_key, user) == seq then
		if tonumber(ends) <= now then
			wait_no_more(user)
		elseif active >= terms.limit or tokens < 1 then
			said = 'waits'
		else
			said = 'moved'
			active, moved, tokens = active + 1, moved + 1, tokens - 1
			head = math.max(head, tonumber(seq))
			redis.call('ZADD', active_key, int(math.min(
			    now + terms.claim, tonumber(ends))), user)
			redis.call('HSET', pass_key, user, seq .. ' ' .. ends)
			wait_no_more(user)
		end
	elseif redis.call('ZSCORE', active_key, user) then
		said = 'active'
	end
	told[#told + 1] = said
end
redis.call('HSET', line_key, 'head', int(head), 'tokens',
    string.format('%.3f', tokens), 'at', now_text,
    'admitted', int((line[4] or 0) + moved))
local now_active = redis.call('ZCARD', active_key)
if moved > 0 and now_active > terms.limit then
	redis.call('HINCRBY', line_key, 'over', '1') -- never: the audit looks
end
table.insert(told, 2, int(now_active))
return told
