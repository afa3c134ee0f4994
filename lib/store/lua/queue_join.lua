-- queue_join - a place in the line, or the one that he has
--
--#keys meta queue ready seen absent active pass line lobby
-- ARGV  now, user, an id for him in the lobby, how many that takes, '1' where
--       only a pass at once is wanted, and else no place
-- gives 'waiting', number, how many are in front, '1' where he is near, '1'
--       where he may be admitted at once, '1' where he had the place before
--       'admitted', number, ms: he has a pass until then; '1' where he claims
--       it now
--       'lobby', id, '1' where he was in it before | 'crowded': it takes no more
--       'waits': he gets no place, since he would wait
--       'full', reserved: no number is left
--       'off' | 'closed' | 'none': the line is not begun | 'gone'
-- Atomic because two of one user must get one place, and numbers are given once
-- and in order.
--#include perf
--#include line
--#include lobby

local meta = redis.call('HMGET', meta_key, 's', 'close', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local status, mode = line_mode(meta[3])
if not mode then
	return {'off'}
end
local line = redis.call('HMGET', line_key, 'seq', 'reserved', 'near', 'calm',
    'tokens', 'at', 'lobby')
if not line[1] or mode == 'lobby' and not line[7] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])
local user = ARGV[2]
if now >= tonumber(meta[2]) or status == 'closed' then
	return {'closed'}
end
local claimed = line_claim(user, now)
if claimed then
	return claimed
end

local function is_free()
	return status == 'open' and now >= tonumber(line[4])
	    and redis.call('ZCARD', active_key) < line_terms(meta[3]).limit
end

-- The next run would admit him: nobody is in front, and he is not behind the
-- oldest near (queue_pick).
local function is_next()
	local had = redis.call('ZSCORE', queue_key, user)
	local ahead = had and redis.call('ZRANK', queue_key, user)
	    or redis.call('ZCARD', queue_key)
	return ahead == 0 and is_free()
	    and tonumber(had or line[1] + 1)
	    <= tonumber(string.match(line[3], '%d+$'))
	    and line_tokens(line_terms(meta[3]), tonumber(line[5] or nil),
	    tonumber(line[6] or nil), now) >= 1
end

if ARGV[5] == '1' and not is_next() then
	return {'waits'}
end
local waits = line[7] and line[7] ~= 'drawn'
    and lobby_join(line[7], user, ARGV[3], ARGV[4])
if waits then
	return waits
end

-- Whoever gets a number stands behind all others.
local seq, rank, had = int(line[1] + 1), nil, ''
local is_left = line[1] - line[2] < 0
if is_left and redis.call('ZADD', queue_key, 'NX', seq, user) == 1 then
	redis.call('HSET', line_key, 'seq', seq)
	rank = redis.call('ZCARD', queue_key) - 1
else
	rank = redis.call('ZRANK', queue_key, user)
	if not rank then
		return {'full', line[2]}
	end
	seq, had = redis.call('ZSCORE', queue_key, user), '1'
end
local near = line_near(line[3])
if tonumber(seq) <= near then
	line_ready(user, seq, now_text)
end
local told = line_place(seq, rank, near)
told[5] = rank == 0 and is_free() and '1' or ''
told[6] = had
return told
