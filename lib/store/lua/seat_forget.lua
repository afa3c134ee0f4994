-- seat_forget - a map that retired and whose log is in the journal goes
--
--#keys stock seats refs meta holds due log ends queue ready seen absent active pass line lobby
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
-- A line may be needed again: the sale is perhaps only interrupted. After a day
-- it is not.
for _, key in ipairs({queue_key, ready_key, seen_key, absent_key, active_key,
    pass_key, line_key, lobby_key}) do
	redis.call('EXPIRE', key, '86400')
end
return {'ok'}
