-- What PostgreSQL says of a section's stock, 'version kept capacity'. Needs
-- stock.

-- An older one changes nothing. Whether it was newer.
local function stock_learn(stock, facts)
	local version, kept, capacity = string.match(facts,
	    '^(%S+) (%S+) (%S+)$')
	if not version or tonumber(version) <= tonumber(stock.version) then
		return false
	end
	stock.version, stock.kept, stock.capacity = version, kept, capacity
	return true
end
