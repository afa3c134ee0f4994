-- What a hold leaves behind with its buyer when it is over, or gives up seats.
--#include hoard

local function seats_count(text)
	local _, commas = string.gsub(text, ',', ',')
	return commas + 1
end

local function tokens_without(tokens, token)
	for at = 1, #tokens, 16 do
		if string.sub(tokens, at, at + 15) == token then
			return string.sub(tokens, 1, at - 1)
			    .. string.sub(tokens, at + 16)
		end
	end
	return tokens
end

-- So many seats come back at ms that were held since made.
local function hoard_add(hoard, n_seats, made, ms)
	local sum, ends = hoard_read(hoard, ms)
	sum = sum + math.floor(n_seats * math.max(0, ms - made) / 1000)
	if sum == 0 then
		return ''
	end
	if ends == 0 then
		ends = math.ceil(ms / 1000) + 600
	end
	return string.format(';%x', ends * 65536 + math.min(sum, 65535))
end

-- What limits keep of him that may still say something at ms, and until when, ms;
-- 0 where nothing does. A rate of holds is of ten minutes at most.
local function words_left(rate, hoard, ms)
	local last = rate ~= '' and rate_read(rate, ms) + 600000 or 0
	local _, ends = hoard_read(hoard, ms)
	return last > ms and rate or '', ends > 0 and hoard or '',
	    math.max(last > ms and last or 0, ends * 1000)
end

-- Whether it is a user's record, and no hold's: it begins with a digit.
local function user_is(record)
	return string.byte(record) < 58
end
