-- stock_set - what PostgreSQL says of counter sections
--
--#keys stock meta log
-- ARGV  for each section: number, 'version kept capacity'
-- gives 'ok', how many were set | 'gone'
-- Atomic because a newer fact may come meanwhile, and holds are placed by what
-- is left.
--#include perf
--#include stock
--#include stock_facts
--#include log

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local n = 0
for i = 1, #ARGV, 2 do
	local stock = stock_of(ARGV[i])
	if stock and stock_learn(stock, ARGV[i + 1]) then
		log_add('#', stock_write(ARGV[i], stock), '')
		n = n + 1
	end
end
return {'ok', n}
