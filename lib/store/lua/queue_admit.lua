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
--#include line_run

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

local users = {}
for i = 2, #ARGV, 3 do
	users[#users + 1] = ARGV[i]
end
local seqs = users[1] and redis.call('ZMSCORE', queue_key, unpack(users)) or {}

-- Of those who wait no more, and of whom of them may buy: what their keys get.
-- Who stands elsewhere, as one whom a draw placed anew, is near by another number
-- once he asks: else he would be picked by the old one for ever.
local over, lapses, passes, elsewhere = {}, {}, {}, {}
for i, user in ipairs(users) do
	local seq, ends = ARGV[3 * i], ARGV[3 * i + 1]
	local said = 'left'
	if seqs[i] ~= seq then
		said = redis.call('ZSCORE', active_key, user) and 'active'
		    or 'left'
		elsewhere[#elsewhere + 1] = user
	elseif tonumber(ends) <= now then
		over[#over + 1] = user
	elseif active >= terms.limit or tokens < 1 then
		said = 'waits'
	else
		said = 'moved'
		active, moved, tokens = active + 1, moved + 1, tokens - 1
		head = math.max(head, tonumber(seq))
		over[#over + 1] = user
		lapses[#lapses + 1] = int(math.min(now + terms.claim,
		    tonumber(ends)))
		lapses[#lapses + 1] = user
		passes[#passes + 1] = user
		passes[#passes + 1] = seq .. ' ' .. ends
	end
	told[#told + 1] = said
end
if moved > 0 then
	redis.call('ZADD', active_key, unpack(lapses))
	redis.call('HSET', pass_key, unpack(passes))
end
if over[1] then
	for _, key in ipairs({queue_key, ready_key, seen_key, absent_key}) do
		redis.call('ZREM', key, unpack(over))
	end
end
if elsewhere[1] then
	redis.call('ZREM', ready_key, unpack(elsewhere))
	redis.call('ZREM', seen_key, unpack(elsewhere))
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
