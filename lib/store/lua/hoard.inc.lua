-- Hoarding: seats that a user held and gave back, or let lapse, were nobody
-- else's meanwhile. What that comes to is kept in his record, u<user>: seats
-- times seconds, from the first such end on for ten minutes, as
--   second in which the ten minutes are over * 65536 + seat-seconds

-- And what rate keeps, as ms; now tells which first digit it has.
local function rate_read(rate, now)
	local wrap = 1000000000000
	local ms = now - now % wrap + tonumber(string.sub(rate, 2))
	if ms > now + wrap / 2 then
		return ms - wrap
	end
	return ms < now - wrap / 2 and ms + wrap or ms
end

-- The sum at ms, and the second until which it counts; 0 where there is none.
local function hoard_read(hoard, ms)
	local n = tonumber(string.sub(hoard, 2), 16) or 0
	local ends = math.floor(n / 65536)
	if ends * 1000 <= ms then
		return 0, 0
	end
	return n % 65536, ends
end
