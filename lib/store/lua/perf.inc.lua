-- What every script of a performance begins with: the time. Its keys, all in
-- one slot, are named by its line --#keys. Scripts answer a list whose first
-- element is a word; 'gone' means that the map is not live here: nothing was
-- done, load it.
--
-- Redis writes a Lua number out as a double, which costs as much as a small
-- command: what can stay text stays text.

-- ms since 1970, as a number and as text; '0' asks for Redis's own clock.
local function clock(given)
	if given ~= '0' then
		return tonumber(given), given
	end
	local time = redis.call('TIME')
	local text = time[1] .. string.sub('00000' .. time[2], -6, -4)
	return tonumber(text), text
end

local function int(n)
	return string.format('%d', n)
end
