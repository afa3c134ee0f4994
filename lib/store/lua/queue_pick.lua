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
--#include line

local away, span, looked = 90000, 10000, 1000

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
    'from', 'stock', 'lobby', 'base')
if not line[1] or terms.mode == 'lobby' and not line[15] then
	return {'none'}
end
local now, now_text = clock(ARGV[1])

local function be_absent(users)
	for i = 1, #users do
		redis.call('ZREM', ready_key, users[i])
		redis.call('ZREM', seen_key, users[i])
		redis.call('ZADD', absent_key, 'NX', int(now + terms.grace),
		    users[i])
	end
end

-- Passes that lapsed, and places whose grace is over.
local lapsed = {}
for _, user in ipairs(redis.call('ZRANGEBYSCORE', active_key, '-inf', now_text,
    'LIMIT', '0', looked)) do
	local pass = redis.call('HGET', pass_key, user)
	lapsed[#lapsed + 1] = pass and string.match(pass, '^%d+')
	redis.call('ZREM', active_key, user)
	redis.call('HDEL', pass_key, user)
end
for _, user in ipairs(redis.call('ZRANGEBYSCORE', absent_key, '-inf', now_text,
    'LIMIT', '0', looked)) do
	redis.call('ZREM', absent_key, user)
	redis.call('ZREM', queue_key, user)
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

-- Who was passed without ever having come near enough to be asked for.
local swept = tonumber(line[5])
local passed = redis.call('ZRANGEBYSCORE', queue_key, '(' .. int(swept),
    int(bound), 'WITHSCORES', 'LIMIT', '0', looked)
local missing = {}
for i = 1, #passed, 2 do
	if not redis.call('ZSCORE', ready_key, passed[i]) then
		missing[#missing + 1] = passed[i]
	end
end
be_absent(missing)
swept = #passed == 2 * looked and tonumber(passed[#passed]) or bound

-- Who is next.
local tokens = line_tokens(terms, tonumber(line[6] or nil),
    tonumber(line[7] or nil), now)
local active = redis.call('ZCARD', active_key)
local n = math.min(terms.limit - active, math.floor(tokens), tonumber(ARGV[2]))
local picked, stale = {}, {}
if n > 0 and terms.status == 'open' and now >= tonumber(meta[2])
    and now < tonumber(meta[3]) and now >= tonumber(line[13]) then
	local ready = redis.call('ZRANGEBYSCORE', ready_key, '-inf', int(bound),
	    'WITHSCORES', 'LIMIT', '0', int(n + looked))
	for i = 1, #ready, 2 do
		if #picked >= 2 * n or #stale >= looked then
			break
		end
		local seen = redis.call('ZSCORE', seen_key, ready[i])
		if now - seen > away then
			stale[#stale + 1] = ready[i]
		else
			picked[#picked + 1] = ready[i]
			picked[#picked + 1] = ready[i + 1]
		end
	end
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

-- Of some who wait, numbers and how many stand in front of them.
local pairs_text = {}
local step = math.max(1, (waiting - 1) / 63)
for i = 0, waiting == 0 and -1 or math.min(63, waiting - 1) do
	local rank = math.floor(i * step + 0.5)
	local at = redis.call('ZRANGE', queue_key, int(rank), int(rank),
	    'WITHSCORES')
	if at[2] then
		pairs_text[#pairs_text + 1] = at[2] .. ':' .. int(rank)
	end
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
    .. ' ' .. table.concat(pairs_text, ','))
return {'ok', table.concat(lapsed, ' '), int(line[2] - line[1]),
    unpack(picked)}
