#!lua flags=allow-oom
-- hold_expire - free the seats of holds that have lapsed
--
--#keys stock seats refs meta holds due log ends
-- ARGV  now, journal ('1' or ''), at most so many holds
-- gives 'ok', next due ms ('' for none), then log id, token, record of each
--       'gone'
-- Atomic because a hold seen lapsed could otherwise be extended or paid
-- before its seats are freed.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end
--#include due

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local ended = {}
local due = expire_due(clock(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ended)
return {'ok', due and int(due) or '', unpack(ended)}
