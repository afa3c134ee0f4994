-- stock_resize - a counter section is about to have another capacity
--
--#keys stock meta log
-- ARGV  section, capacity
-- gives 'ok' | 'below', how many places are kept and promised
--       'gone', also where there is no such section
-- Atomic because places that are not promised when it is looked at must not be
-- promised after that. The version comes with the commit, by stock_set.
--#include perf
--#include stock
--#include log

local stock = redis.call('HGET', meta_key, 's') == 'live' and stock_of(ARGV[1])
if not stock then
	return {'gone'}
end
local least = stock.kept + stock.promised
if tonumber(ARGV[2]) < least then
	return {'below', least}
end
stock.capacity = ARGV[2]
log_add('#', stock_write(ARGV[1], stock), '')
return {'ok'}
