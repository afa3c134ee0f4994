-- seat_held - whether anybody holds something of a performance
--
--#keys stock seats meta
-- gives 'free' | 'held': seats are held or being paid for, or places promised
--       'gone'
-- Atomic because a hold that moves from one seat to another is seen in one.
--#include perf
--#include stock

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local seats = redis.call('GET', seats_key) or ''
if string.find(seats, '[HP]') then
	return {'held'}
end
for _, section in ipairs(redis.call('HKEYS', stock_key)) do
	if tonumber(stock_of(section).promised) > 0 then
		return {'held'}
	end
end
return {'free'}
