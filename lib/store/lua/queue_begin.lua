-- queue_begin - a line begins, where there is none under this epoch
--
--#keys active pass line
-- ARGV  now, numbers that may have been given, the highest that was admitted,
--       how many are near, ms for which it is calm, ms that a pass waits for
--       its owner, ms until somebody is admitted, the state of its lobby (''
--       there is none), ms until that may close or be read, the number before
--       the first that is drawn, then of each pass user, number, the ms it
--       ends, and '1' where its owner has claimed it
-- gives 'ok': begun, or it was before
-- Atomic because a line that runs must not be begun again.
-- Whoever was near the front before is admitted first: near does not grow until
-- everybody has had the time to come back. And nobody is admitted at all until
-- those have polled, which takes them three seconds; nor before a draw.
--#include perf

local never = '9000000000000000'
local lobby = ARGV[8]
local waits = lobby ~= '' and lobby ~= 'drawn'

local function begin_lobby(now)
	if lobby ~= '' then
		redis.call('HSET', line_key, 'lobby', lobby, 'closes',
		    int(now + ARGV[9]), 'base', ARGV[10])
	end
end

if redis.call('EXISTS', line_key) == 1 then
	if waits and redis.call('HEXISTS', line_key, 'lobby') == 0 then
		begin_lobby(clock(ARGV[1]))
		redis.call('HSET', line_key, 'calm', never, 'from', never)
	end
	return {'ok'}
end
local now = clock(ARGV[1])
local near = int(ARGV[3] + ARGV[4])
for i = 11, #ARGV, 4 do
	local user, seq, ends = ARGV[i], ARGV[i + 1], ARGV[i + 2]
	redis.call('ZADD', active_key, ARGV[i + 3] == '1' and ends
	    or int(math.min(now + ARGV[6], tonumber(ends))), user)
	redis.call('HSET', pass_key, user, seq .. ' ' .. ends)
end
redis.call('HSET', line_key, 'seq', ARGV[2], 'reserved', ARGV[2],
    'head', ARGV[3], 'near', table.concat({int(now), near, near, near, near,
    near}, ' '), 'swept', '0', 'calm', waits and never
    or ARGV[2] == '0' and '0' or int(now + ARGV[5]), 'from', waits and never
    or ARGV[2] == '0' and '0' or int(now + ARGV[7]))
begin_lobby(now)
return {'ok'}
