-- seat_rules - :meta says which rules of a performance have ended
--
--#keys meta
-- ARGV  version of the terms, the rules' names with blanks ('': none has)
-- gives 'ok' | 'gone' | 'terms': the map has others, by which another set may
--       have ended
-- Atomic because the map that lives must be the one of these terms.
--#include perf

local meta = redis.call('HMGET', meta_key, 's', 'terms', 'over')
if meta[1] ~= 'live' then
	return {'gone'}
end
if meta[2] ~= ARGV[1] then
	return {'terms'}
end
if ARGV[2] == '' then
	redis.call('HDEL', meta_key, 'over')
elseif meta[3] ~= ARGV[2] then
	redis.call('HSET', meta_key, 'over', ARGV[2])
end
return {'ok'}
