#!lua flags=allow-oom
-- seat_mirror - a committed fact of PostgreSQL comes to the map
--
--#keys stock seats refs meta holds due log active pass
-- ARGV  now, mark, letters it may come from, letter it goes to, user,
--       seats bought (1) or given back (-1) or neither (0),
--       token of the hold this ends as paid ('' for none), seats as in its
--       record, of a counter section its 'version kept capacity' now
-- gives 'ok', log id ('' when nothing moved), seats that were elsewhere
--       'gone'
-- A refund at once is R to A: C lies between, in no time and unseen.
-- Atomic because the seat may have gone on to somebody else since the commit:
-- state and mark are compared and only this move is made. What was elsewhere is
-- for reconcile. Of a counter section the newest fact counts, whichever comes
-- last. The entry of a payment carries the paid hold, so that who reads the
-- log for the journal knows that PostgreSQL has it.
--#include perf
--#include seat
--#include hold
--#include log
--#include move
--#include stock
--#include stock_facts
--#include leave

local meta = redis.call('HMGET', meta_key, 's', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local field, token = 'u' .. ARGV[5], ARGV[7]
local section = string.match(ARGV[8], '^#(%d+)')
local stock = section and stock_of(section)
local moved, missed, n_moved, letter = '', '', 0, ARGV[4]
if not section then
	moved, missed, n_moved = seats_move(ARGV[8], tonumber(ARGV[2]),
	    ARGV[3], ARGV[4])
elseif token == '' then
	n_moved = seats_count(ARGV[8])
end

local known = redis.call('HMGET', holds_key, field, token)
local held, bought, tokens, rate, hoard = user_read(known[1])
local hold = known[2] and hold_read(known[2])
local journal, paid = '', nil
if hold and hold_runs(hold) then
	-- It counts only now, also where reconcile has moved it already.
	n_moved = seats_count(ARGV[8])
	    - (missed ~= '' and seats_count(missed) or 0)
	held = math.max(0, held - seats_count(hold.seats))
	if stock then
		stock.promised = int(math.max(0, stock.promised
		    - seats_count(hold.seats)))
	end
	tokens = tokens_without(tokens, token)
	-- Who buys has a clean slate.
	rate, hoard = '', ''
	journal, paid = '1', hold_become(known[2], 'd')
	-- Who has bought makes room for the next.
	if (meta[2] or '') ~= '' then
		redis.call('ZREM', active_key, ARGV[5])
		redis.call('HDEL', pass_key, ARGV[5])
	end
	-- A token made from an Idempotency-Key comes again: it is kept as long
	-- as it could have lived.
	if hold_fingerprint(known[2]) ~= '' then
		redis.call('HSET', holds_key, token, paid)
		redis.call('ZADD', due_key, int(hold.hard_ends), token)
	else
		redis.call('HDEL', holds_key, token)
		redis.call('ZREM', due_key, token)
	end
end
bought = math.max(0, bought + ARGV[6] * n_moved)
if held == 0 and bought == 0 and rate == '' and hoard == '' then
	redis.call('HDEL', holds_key, field)
else
	redis.call('HSET', holds_key, field,
	    user_text(held, bought, tokens, rate, hoard))
end
-- The buyer's count is for reconcile where his hold was never here.
if section and token ~= '' and not paid then
	redis.call('HINCRBY', meta_key, 'dirty', '1')
end
if stock and (stock_learn(stock, ARGV[9]) or paid) then
	letter, moved = '#', stock_write(section, stock)
end
local id = moved ~= '' and log_add(letter, moved, journal, token,
    paid) or ''
return {'ok', id, missed}
