-- hold_count - so many places of a counter section for one buyer, or none
--
--#keys stock seats refs meta holds due log ends active
-- ARGV  those of place, then the section, the numbers 1 to the quantity with
--       commas, prices in their order with types
-- gives what place and promise answer, 'ok', token, record, log id, then what
--       expired on the way, and
--       'full', how many are left, then the same
--       'seat', then the same: the plan has no such section
-- Atomic because what was left must still be left when it is promised, and the
-- user's count must not pass the limit between two calls.
--#include perf
--#include seat
--#include stock
--#include hold
--#include log
local also = 'over'
--#include place

local section, prices = ARGV[11], ARGV[13]
local asked = '#' .. section .. ':' .. ARGV[12]
local quantity = select(2, string.gsub(asked, '%d+', '')) - 1
local stock = stock_of(section)
if not stock then
	return {'seat', unpack(ended)}
end
if stock_left(stock) < quantity then
	return {'full', int(stock_left(stock)), unpack(ended)}
end
--#include promise
stock.promised = int(stock.promised + quantity)
return {'ok', token, record, log_add('#', stock_write(section, stock), journal,
    token, record), unpack(ended)}
