-- The stock of counter sections, which are a bare count. :stock leads from a
-- section's number to
--   version kept capacity promised
-- The first three are what PostgreSQL said last: places that are sold, and how
-- many there are. promised are the places of holds that run here; who gives a
-- record another status changes it in the same script, and nobody else does.

-- Nil: the plan has no such section.
local function stock_of(section)
	local version, kept, capacity, promised = string.match(
	    redis.call('HGET', stock_key, section) or '',
	    '^(%S+) (%S+) (%S+) (%S+)$')
	return version and {
		version = version, kept = kept, capacity = capacity,
		promised = promised
	}
end

-- A fact that comes late leaves too few, and never too many.
local function stock_left(stock)
	return math.max(0, stock.capacity - stock.kept - stock.promised)
end

-- Returns what the log says of it: '5:997'.
local function stock_write(section, stock)
	redis.call('HSET', stock_key, section, stock.version .. ' '
	    .. stock.kept .. ' ' .. stock.capacity .. ' ' .. stock.promised)
	return section .. ':' .. int(stock_left(stock))
end

-- So many places more are promised, or less; '' where there is no such section.
local function stock_promise(section, n)
	local stock = stock_of(section)
	if not stock then
		return ''
	end
	stock.promised = int(math.max(0, stock.promised + n))
	return stock_write(section, stock)
end
