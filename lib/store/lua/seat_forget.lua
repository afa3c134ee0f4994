-- seat_forget - a map that retired and whose log is in the journal goes
--
--#keys stock seats refs meta holds due log ends
-- ARGV  newest log id when it retired
-- gives 'ok', also when there is none | 'stays': it was loaded meanwhile
-- Atomic because a log that has grown since is not in the journal.
--#include perf
--#include log

local state = redis.call('HGET', meta_key, 's')
if state and (state ~= 'retired' or log_last() ~= ARGV[1]) then
	return {'stays'}
end
redis.call('UNLINK', seats_key, refs_key, meta_key, holds_key, due_key,
    log_key, ends_key, stock_key)
return {'ok'}
