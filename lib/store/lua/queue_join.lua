-- queue_join - a place in the line, or the one that he has
--
--#keys meta queue ready seen absent active pass line lobby
-- ARGV  now, user, an id for him in the lobby, how many that takes, '1' where
--       only a pass at once is wanted, and else no place
-- gives 'waiting', number, how many are in front ('' where he is not near: what
--       the last run published tells that, and a place is asked for a hundred
--       thousand times), '1' where he is near, '1' where he may be admitted at
--       once, '1' where he had the place before; none of these four for who is
--       not near and comes for the first time
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

local meta = redis.call('HMGET', meta_key, 's', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local status, mode = line_mode(meta[2])
if not mode then
	return {'off'}
end
local line = redis.call('HMGET', line_key, 'seq', 'reserved', 'near', 'lobby')
if not line[1] or mode == 'lobby' and not line[4] then
	return {'none'}
end
local user = ARGV[2]
if status == 'closed' then
	return {'closed'}
end
local claimed = line_claim(user, ARGV[1])
if claimed then
	return claimed
end

-- Whether a run would admit him who is the first now, as far as places go and,
-- where asked for, as far as the minute does. Few want to know, so the functions
-- that it takes are made here.
local function is_free(counts)
--#include line_run
	local now = clock(ARGV[1])
	local run = redis.call('HMGET', line_key, 'calm', 'tokens', 'at')
	local terms = line_terms(meta[2])
	return status == 'open' and now >= tonumber(run[1])
	    and redis.call('ZCARD', active_key) < terms.limit
	    and (not counts or line_tokens(terms, tonumber(run[2] or nil),
	    tonumber(run[3] or nil), now) >= 1)
end

-- The next run would admit him: nobody is in front, and he is not behind the
-- oldest near (queue_pick).
if ARGV[5] == '1' then
	local had = redis.call('ZSCORE', queue_key, user)
	local ahead = had and redis.call('ZRANK', queue_key, user)
	    or redis.call('ZCARD', queue_key)
	if ahead > 0 or tonumber(had or line[1] + 1)
	    > tonumber(string.match(line[3], '%d+$')) or not is_free(true) then
		return {'waits'}
	end
end
local waits = line[4] and line[4] ~= 'drawn'
    and lobby_join(line[4], user, ARGV[3], ARGV[4])
if waits then
	return waits
end

local seq, had = int(line[1] + 1), nil
if line[1] - line[2] < 0
    and redis.call('ZADD', queue_key, 'NX', seq, user) == 1 then
	redis.call('HSET', line_key, 'seq', seq)
else
	seq, had = redis.call('ZSCORE', queue_key, user), '1'
	if not seq then
		return {'full', line[2]}
	end
end
if tonumber(seq) > line_near(line[3]) then
	return had and {'waiting', seq, '', '', '', had} or {'waiting', seq}
end
line_ready(user, seq, ARGV[1])
local rank = redis.call('ZRANK', queue_key, user)
return {'waiting', seq, int(rank), '1', rank == 0 and is_free() and '1' or '',
    had or ''}
