-- GCRA (the ITU's generic cell rate algorithm, I.371): a rate is kept by one
-- number, the time at which all of the burst is there again. Whatever that
-- says, it is never later than a whole burst from now, so that a clock that
-- ran ahead or a rate that was changed makes nobody wait longer. The same in
-- C: limit/limit_near.c.

-- n more at now, where there is one each interval ms and burst of them at once.
-- Returns the number then; or nil, ms until they may be taken, and the number
-- as it is.
local function gcra(full, now, interval, burst, n)
	local latest = now + burst * interval
	full = math.max(now, math.min(full, latest))
	local taken = full + n * interval
	if taken > latest then
		return nil, taken - latest, full
	end
	return taken
end
