-- What a hold leaves behind with its buyer when it is over.

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
