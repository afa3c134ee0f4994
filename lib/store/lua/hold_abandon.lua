-- hold_abandon - a payment that nobody works on and that left no claim: P -> A
--
--#keys stock seats refs meta holds due log
-- ARGV  now, token (16 bytes), journal ('1' or '')
-- gives 'ok', record, log id: over, lost or expired
--       'none': it is not being paid, or somebody has begun again
--       'gone'
-- Atomic because a new attempt may begin at any time; it puts the token back
-- into :due, and as long as it is there the seats stay P. Being in :ends says
-- nothing about a payment.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include leave
--#include end

if redis.call('HGET', meta_key, 's') ~= 'live' then
	return {'gone'}
end
local now, token = clock(ARGV[1]), ARGV[2]
local record = redis.call('HGET', holds_key, token)
local hold = record and hold_read(record)
if not hold or hold.status ~= 'p' or redis.call('ZSCORE', due_key, token) then
	return {'none'}
end
local id, text = hold_end(token, record, hold, 'P',
    hold.ends <= now and 'e' or 'l', ARGV[3])
return {'ok', text, id}
