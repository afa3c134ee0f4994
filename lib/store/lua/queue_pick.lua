-- queue_pick - a run of the line: who is to be admitted, and where it stands
--
--#keys meta queue ready seen absent active pass line lobby
-- ARGV  now, at most how many
-- gives 'ok', numbers of passes that lapsed with blanks between, how many
--       numbers are left, then user and number of each who is to be admitted,
--       in order
--       'off' | 'none': the line is not begun | 'gone'
-- Atomic because what it publishes is one moment, and who is taken for absent
-- must not have come back meanwhile.
-- Nobody is admitted by it: see queue_admit.
--#include perf
--#include line_run

-- Redis does nothing else meanwhile: many people are one command, and a run moves
-- so many out of the line or of :ready in all. Away is who has not been heard of
-- for longer than a page lets pass that nobody looks at, and a while in which
-- :seen is not told (queue/queue_seen.h).
local away, span, left = 90000, 10000, 500

local meta = redis.call('HMGET', meta_key, 's', 'open', 'close', 'queue')
if meta[1] ~= 'live' then
	return {'gone'}
end
local terms = line_terms(meta[4])
if not terms then
	return {'off'}
end
local line = redis.call('HMGET', line_key, 'seq', 'reserved', 'head', 'near',
    'swept', 'tokens', 'at', 'calm', 'rate', 'admitted', 'counted', 'ran',
    'from', 'stock', 'lobby', 'base', 'pub')
if not line[1] or terms.mode == 'lobby' and not line[15] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])

local function be_absent(users)
	if not users[1] then
		return
	end
	local ends, graces = int(now + terms.grace), {}
	for i = 1, #users do
		graces[2 * i - 1], graces[2 * i] = ends, users[i]
	end
	redis.call('ZREM', ready_key, unpack(users))
	redis.call('ZREM', seen_key, unpack(users))
	redis.call('ZADD', absent_key, 'NX', unpack(graces))
end

-- Passes that lapsed, and places whose grace is over.
local over = redis.call('ZRANGEBYSCORE', active_key, '-inf', now_text, 'LIMIT',
    '0', left)
local lapsed = {}
if over[1] then
	for _, pass in ipairs(redis.call('HMGET', pass_key, unpack(over))) do
		lapsed[#lapsed + 1] = pass and string.match(pass, '^%d+')
	end
	redis.call('ZREM', active_key, unpack(over))
	redis.call('HDEL', pass_key, unpack(over))
	left = left - #over
end
over = redis.call('ZRANGEBYSCORE', absent_key, '-inf', now_text, 'LIMIT', '0',
    left)
if over[1] then
	redis.call('ZREM', absent_key, unpack(over))
	redis.call('ZREM', queue_key, unpack(over))
	left = left - #over
end

-- Near, now and as it was. Who polls far from the front does so twice a minute:
-- the oldest has been told to everybody who stands in front of it.
local nears = {}
for word in string.gmatch(line[4], '%d+') do
	nears[#nears + 1] = tonumber(word)
end
local waiting = redis.call('ZCARD', queue_key)
local calm = now < tonumber(line[8])
local last = calm and line[3] + line_window(terms)
    or line_last(terms, line[1], waiting)
while now - nears[1] >= span and nears[6] < nears[2] do
	nears = {nears[1] + span, nears[2], nears[2], nears[3], nears[4],
	    nears[5]}
end
if now - nears[1] >= span or now < nears[1] then
	nears[1] = now
end
nears[2] = math.max(nears[2], last)
local bound = nears[6]

-- Of some, with their numbers between them, who is in another set, in order: a
-- score or false.
local function scores(key, users)
	local names = {}
	for i = 1, #users, 2 do
		names[#names + 1] = users[i]
	end
	return names[1] and redis.call('ZMSCORE', key, unpack(names)) or {}
end

-- Who was passed without ever having come near enough to be asked for.
local swept = tonumber(line[5])
local passed = redis.call('ZRANGEBYSCORE', queue_key, '(' .. int(swept),
    int(bound), 'WITHSCORES', 'LIMIT', '0', left)
local missing = {}
for i, ready in ipairs(scores(ready_key, passed)) do
	if not ready then
		missing[#missing + 1] = passed[2 * i - 1]
	end
end
be_absent(missing)
swept = #passed < 2 * left and bound or tonumber(passed[#passed] or swept)
left = left - #missing

-- Who is next.
local tokens = line_tokens(terms, tonumber(line[6] or nil),
    tonumber(line[7] or nil), now)
local active = redis.call('ZCARD', active_key)
local n = math.min(terms.limit - active, math.floor(tokens), tonumber(ARGV[2]))
local picked, stale = {}, {}
if n > 0 and terms.status == 'open' and now >= tonumber(meta[2])
    and now < tonumber(meta[3]) and now >= tonumber(line[13]) then
	local at, step, ready = 0, math.max(n, 100), nil
	local done = false
	repeat
		ready = redis.call('ZRANGEBYSCORE', ready_key, '-inf',
		    int(bound), 'WITHSCORES', 'LIMIT', int(at), int(step))
		for i, seen in ipairs(scores(seen_key, ready)) do
			local is_here = now - seen <= away
			done = #picked == 2 * n
			    or not is_here and #stale == left
			if done then
				break
			elseif is_here then
				picked[#picked + 1] = ready[2 * i - 1]
				picked[#picked + 1] = ready[2 * i]
			else
				stale[#stale + 1] = ready[2 * i - 1]
			end
		end
		at = at + step
	until done or #ready < 2 * step
	be_absent(stale)
end

-- How fast it goes: admitted since the last run, averaged over a minute.
local admitted = tonumber(line[10] or '0')
local ran = now - (line[12] or now)
local rate = tonumber(line[9] or '0')
if ran > 0 then
	local part = math.min(1, ran / 60000)
	rate = rate + part * ((admitted - (line[11] or 0)) * 60000 / ran - rate)
end

-- Of some who wait, numbers and how many stand in front of them, half of them
-- near the front; as it was where as many wait as then, and nobody came or was
-- admitted.
local seq, head, waited, places = string.match(line[17] or '',
    '^%S+ (%S+) (%S+) %S+ (%S+) .* (%S*)$')
if seq ~= line[1] or head ~= line[3] or waited ~= int(waiting) then
	local some, first = {}, math.min(waiting, line_window(terms))
	local half, before = first < waiting and 31 or 63, nil
	for i = 0, waiting == 0 and -1 or 63 do
		local rank = math.floor(0.5 + (i <= half
		    and (first - 1) * i / half or first - 1
		    + (waiting - first) * (i - half) / (63 - half)))
		local at = rank ~= before and redis.call('ZRANGE', queue_key,
		    int(rank), int(rank), 'WITHSCORES') or {}
		before = rank
		if at[2] then
			some[#some + 1] = at[2] .. ':' .. int(rank)
		end
	end
	places = table.concat(some, ',')
end
redis.call('HSET', line_key, 'near', table.concat({int(nears[1]),
    int(nears[2]), int(nears[3]), int(nears[4]), int(nears[5]),
    int(nears[6])}, ' '), 'swept', int(swept), 'rate',
    string.format('%.3f', rate), 'counted', int(admitted), 'ran', now_text,
    'tokens', string.format('%.3f', tokens), 'at', now_text,
    'pub', table.concat({now_text, line[1], line[3], int(nears[2]),
    int(waiting), int(active), int(terms.limit),
    string.format('%.0f', rate * 1000), terms.status, calm and '1' or '0',
    line[14] or '0 0', line[15] or 'none', line[16] or '0',
    int(redis.call('HLEN', lobby_key))}, ' ')
    .. ' ' .. places)
return {'ok', table.concat(lapsed, ' '), int(line[2] - line[1]),
    unpack(picked)}
