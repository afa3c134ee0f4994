-- queue_poll - where somebody stands; he is there
--
--#keys meta queue ready seen absent active pass line lobby
-- ARGV  now, user, number of his ticket, where he may take his place again
--       ('' nowhere, it is a ticket of this epoch; 'behind' the head, or in a
--       lobby that is not read; 'here'), id of his ticket of the lobby or ''
-- gives 'waiting', number, how many are in front, '1' where he is near
--       'admitted', number, ms: he has a pass until then; '1' where he claims
--       it now
--       'lobby', id, '1' where he was in it before
--       'unknown', head: he has no place
--       'off' | 'closed' | 'none': the line is not begun | 'gone'
-- Atomic because he may be admitted, or be taken for absent, at this moment.
--#include perf
--#include line
--#include lobby

local meta = redis.call('HMGET', meta_key, 's', 'close', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local _, mode = line_mode(meta[3])
if not mode then
	return {'off'}
end
local line = redis.call('HMGET', line_key, 'head', 'near', 'reserved', 'lobby')
if not line[1] or mode == 'lobby' and not line[4] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])
local user = ARGV[2]
if now >= tonumber(meta[2]) then
	return {'closed'}
end
local claimed = line_claim(user, now_text)
if claimed then
	return claimed
end
local waits = ARGV[5] ~= '' and line[4] and line[4] ~= 'drawn'
    and lobby_poll(line[4], user, ARGV[5], ARGV[4])
if waits then
	return waits
end
local near = line_near(line[2])
local seq = redis.call('ZSCORE', queue_key, user)
if not seq then
	local again = ARGV[4] == 'here'
	    or ARGV[4] == 'behind' and tonumber(ARGV[3]) > tonumber(line[1])
	if not again or ARGV[3] == '0'
	    or tonumber(ARGV[3]) > tonumber(line[3]) then
		return {'unknown', line[1]}
	end
	seq = ARGV[3]
	redis.call('ZADD', queue_key, seq, user)
end
local is_near = tonumber(seq) <= near
if is_near then
	line_ready(user, seq, now_text)
end
return {'waiting', seq, int(redis.call('ZRANK', queue_key, user)),
    is_near and '1' or ''}
