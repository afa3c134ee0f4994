-- hold_list - a user's running holds
--
--#keys meta holds
-- ARGV  now, user
-- gives 'ok', then token, record of each
--       'gone'
-- Atomic because the user's list and the records must fit each other.
--#include perf
--#include hold

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local now = clock(ARGV[1])
local _, _, tokens = user_read(redis.call('HGET', holds_key, 'u' .. ARGV[2]))
local reply = {'ok'}
for at = 1, #tokens, 16 do
	local token = string.sub(tokens, at, at + 15)
	local record = redis.call('HGET', holds_key, token)
	local hold = record and hold_read(record)
	if hold and (hold.status == 'p'
	    or hold.status == 'h' and hold.ends > now) then
		reply[#reply + 1] = token
		reply[#reply + 1] = record
	end
end
return reply
