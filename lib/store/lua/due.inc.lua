-- What is due: running holds at their end, ended ones at their hard end; a
-- payment whose handler must be dead by now makes the map odd, and reconcile
-- asks whether there are claims. At most max (text) at once; :meta's due is
-- never later than the first that waits.
-- Appends id, token, record of each hold that expired to ended.
local function expire_due(now, journal, max, ended)
	local tokens = redis.call('ZRANGEBYSCORE', due_key, '-inf', int(now),
	    'LIMIT', '0', max)
	for _, token in ipairs(tokens) do
		local record = redis.call('HGET', holds_key, token)
		local hold = record and hold_read(record)
		if hold and hold.status == 'h' then
			local id, text = hold_end(token, record, hold, 'H', 'e',
			    journal)
			ended[#ended + 1] = id
			ended[#ended + 1] = token
			ended[#ended + 1] = text
		else
			redis.call('ZREM', due_key, token)
			if hold and hold.status == 'p' then
				redis.call('HSET', meta_key, 'odd', '1')
			elseif hold then
				redis.call('HDEL', holds_key, token)
			end
		end
	end
	local first = redis.call('ZRANGE', due_key, '0', '0', 'WITHSCORES')
	if first[2] then
		redis.call('HSET', meta_key, 'due', first[2])
		return tonumber(first[2])
	end
	redis.call('HDEL', meta_key, 'due')
	return nil
end
