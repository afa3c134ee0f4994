-- What is answered when seats that were asked for by name cannot be had.
-- Expects what place leaves, asked, prices, and the places with their letters.

-- They may be the buyer's own, in a running hold of just these tickets.
for at = 1, #tokens, 16 do
	local mine = string.sub(tokens, at, at + 15)
	local record = redis.call('HGET', holds_key, mine)
	local hold = record and hold_read(record)
	if hold and hold_runs(hold) and hold.seats == asked
	    and hold_types(record) == hold_types(prices) then
		return {'again', mine, record, log_last(),
		    unpack(ended)}
	end
end
local wrong = seats_wrong(places, letters)
if wrong then
	return {wrong, unpack(ended)}
end
return {'taken', string.char(unpack(letters)), unpack(ended)}
