/*
 * What runs inside Redis, each in one step. All keys have a prefix, the first argument, and all but `epoch` and `position` expire:
 *
 *   epoch          name of what Redis holds, and the position at which that began
 *   position       count of all events
 *   seq:<channel>  the channel's count, and the position of its newest event
 *   log:<channel>  stream of the channel's last events, whose ids are their positions
 *   sent           stream of who sent what last, for receipts; read:<position> has who has read it
 *   rate:<user>    token bucket
 *   done:<node>    stream of the node's last publishes by its own count, so that none is carried out twice
 *   age, ages      which position was the newest at what time: what is older than the expiry may have been forgotten
 *   nodes, node:<id>   which nodes there are, and how many sessions of which user each has
 */

/** Refuses whoever takes Redis for what it was before it lost everything. */
const OF_THIS_EPOCH = `
local call, p = redis.call, ARGV[1]
local epoch = call('GET', p .. 'epoch')
if not epoch or string.match(epoch, '^%S+') ~= ARGV[2] then
  return redis.error_reply('EPOCH Redis holds something else')
end
`;

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/** Needs p, now, retention: up to which position channels may have been forgotten. */
const FORGOTTEN = `
local function forgotten()
  for _, sample in ipairs(redis.call('LRANGE', p .. 'ages', 0, -1)) do
    local at, position = string.match(sample, '^(%d+) (%d+)$')
    if tonumber(at) >= now - retention then return position end
  end
  return redis.call('GET', p .. 'position') or '0'
end
`;

/**
 * Needs call, p, now, retention, window: numbers an event, keeps it and sends it to all nodes that follow its channel. Making strings is what
 * takes most of the time in Lua, so the names of keys come with the request where they are known.
 */
const PLACE = `
${FORGOTTEN}
local function place(kind, tail, topic, counter, log)
  local known = call('GET', counter)
  local seq, previous
  if known then
    seq, previous = string.match(known, '^(%d+) (%d+)$')
    seq = seq + 1
  else
    seq, previous = 1, '-' .. forgotten()
  end
  local number = call('INCR', p .. 'position')
  local position = string.format('%.0f', number)
  local message = kind .. position .. ' ' .. seq .. ' ' .. previous .. tail
  -- First, since it may be what the user is not allowed: nothing else has been done then.
  call('PUBLISH', topic, message)
  local placed = seq .. ' ' .. position
  call('SET', counter, placed, 'PX', ARGV[4])
  if window > 0 then
    -- Cut where it is cheap, which leaves up to a hundred more.
    call('XADD', log, 'MAXLEN', window < 100 and '=' or '~', ARGV[3], position, 'm', message)
    call('PEXPIRE', log, ARGV[4])
  end
  if call('SET', p .. 'age', 1, 'NX', 'PX', math.ceil(retention / 16)) then
    call('RPUSH', p .. 'ages', string.format('%.0f %.0f', now, number - 1))
    call('LTRIM', p .. 'ages', -24, -1)
    call('PEXPIRE', p .. 'ages', 2 * retention)
    call('PEXPIRE', p .. 'sent', 2 * retention)
  end
  return number, position, placed
end
`;

/**
 * prefix, epoch, window, retention, last moment, tail, topic, key of the channel's count, key of its log, channel, user, limit, receipts,
 * key of what the node has published, its own count, 1 where it was sent before
 */
export const PUBLISH = `
${OF_THIS_EPOCH}
${NOW}
local window, retention = tonumber(ARGV[3]), tonumber(ARGV[4])
if ARGV[16] == '1' then
  local before = call('XRANGE', ARGV[14], ARGV[15], ARGV[15])
  if #before > 0 then return before[1][2][2] end
end
if now > tonumber(ARGV[5]) then return redis.error_reply('EXPIRED too late') end
local limit = tonumber(ARGV[12])
if limit >= 0 then
  local bucket = p .. 'rate:' .. ARGV[11]
  local most, credit = limit * 60000, limit * 60000
  local used = call('GET', bucket)
  if used then
    local left, at = string.match(used, '^(%S+) (%d+)$')
    credit = math.min(most, left + math.max(0, now - at) * limit)
  end
  if credit < 60000 then return redis.error_reply('RATE too many') end
  call('SET', bucket, string.format('%.0f %.0f', credit - 60000, now), 'PX', 60000)
end
${PLACE}
local number, position, placed = place('n ', ARGV[6], ARGV[7], ARGV[8], ARGV[9])
call('XADD', p .. 'sent', position, 'c', ARGV[10], 'f', ARGV[11])
if number % 64 == 0 then
  local receipts = tonumber(ARGV[13])
  local excess = call('XLEN', p .. 'sent') - receipts
  while excess > 0 do
    local read = {}
    for _, entry in ipairs(call('XRANGE', p .. 'sent', '-', '+', 'COUNT', math.min(excess, 1000))) do
      read[#read + 1] = p .. 'read:' .. string.match(entry[1], '^%d+')
    end
    call('UNLINK', unpack(read))
    excess = excess - #read
    call('XTRIM', p .. 'sent', 'MAXLEN', receipts + excess)
  end
end
call('XADD', ARGV[14], 'MAXLEN', '~', 10000, ARGV[15], 'r', placed)
call('PEXPIRE', ARGV[14], 60000)
return placed
`;

/** prefix, epoch, window, retention, last moment, tail, position of what was read, reader, and every channel that the reader follows */
export const MARK = `
${OF_THIS_EPOCH}
${NOW}
local window, retention = tonumber(ARGV[3]), tonumber(ARGV[4])
if now > tonumber(ARGV[5]) then return redis.error_reply('EXPIRED too late') end
local sent = call('XRANGE', p .. 'sent', ARGV[7], ARGV[7])
local channel, from
if #sent > 0 then channel, from = sent[1][2][2], sent[1][2][4] end
local follows = false
for i = 9, #ARGV do follows = follows or ARGV[i] == channel end
if not follows then return redis.error_reply('UNKNOWN notification') end
local read = p .. 'read:' .. ARGV[7]
if call('SADD', read, ARGV[8]) == 0 then return 0 end
call('PEXPIRE', read, 2 * retention)
${PLACE}
local own = 'user/' .. from
place('r ', ARGV[6], p .. 'on:' .. own, p .. 'seq:' .. own, p .. 'log:' .. own)
return 1
`;

/** prefix, epoch, window, retention, channel, position behind which to begin: where all stands, the
 * channel's count, what it lost, 1 where that is a guess, its log */
export const HISTORY = `
${OF_THIS_EPOCH}
${NOW}
local window, retention = tonumber(ARGV[3]), tonumber(ARGV[4])
${FORGOTTEN}
local known = redis.call('GET', p .. 'seq:' .. ARGV[5])
local seq, lost, forgot = '0', nil, 0
if known then seq, lost = string.match(known, '^(%d+) (%d+)$') end
local log = {}
if window > 0 then
  local key = p .. 'log:' .. ARGV[5]
  local oldest = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)
  if #oldest > 0 then
    local sign
    sign, lost = string.match(oldest[1][2][2], '^%a %d+ %d+ (%-?)(%d+)')
    if sign == '-' then forgot = 1 end
    for i, entry in ipairs(redis.call('XRANGE', key, '(' .. ARGV[6] .. '-0', '+')) do log[i] = entry[2][2] end
  end
end
if not lost then lost, forgot = forgotten(), 1 end
return { redis.call('GET', p .. 'position') or '0', seq, lost, forgot, log }
`;

/** prefix, node: does once what the others do, so that a lacking permission is told before anything is done by halves */
export const PROBE = `
local key = ARGV[1] .. 'probe:' .. ARGV[2]
redis.call('INCR', key)
redis.call('UNLINK', key)
redis.call('XADD', key, 'MAXLEN', 1, '1-0', 'a', 'b')
redis.call('XRANGE', key, '-', '+', 'COUNT', 1)
redis.call('XLEN', key)
redis.call('XTRIM', key, 'MAXLEN', 0)
redis.call('DEL', key)
redis.call('RPUSH', key, 1)
redis.call('LTRIM', key, 0, 0)
redis.call('LRANGE', key, 0, 0)
redis.call('DEL', key)
redis.call('SADD', key, 1)
redis.call('PEXPIRE', key, 1)
redis.call('DEL', key)
return redis.call('PUBLISH', key, '')
`;

/** prefix, a name for a new epoch, the epoch that the node knows, the position that it knows: epoch, where that began, position, time */
export const HELLO = `
local p = ARGV[1]
${NOW}
local position = redis.call('GET', p .. 'position') or '0'
local held = redis.call('GET', p .. 'epoch')
local epoch, begun
if held then epoch, begun = string.match(held, '^(%S+) (%d+)$') end
-- It has come back with less than it had: a snapshot, or a replica that was behind.
if not epoch or (epoch == ARGV[3] and tonumber(position) < tonumber(ARGV[4])) then
  epoch, begun = ARGV[2], position
  redis.call('SET', p .. 'epoch', epoch .. ' ' .. begun)
  -- Comes to every node before the first event of this epoch, which it would else take for one of the last.
  redis.call('PUBLISH', p .. 'nodes', 'epoch ' .. epoch)
end
return { epoch, begun, position, string.format('%.0f', now) }
`;

/** prefix, node, its time to live (0: it leaves), 1 where it tells all anew, then pairs of a user and how many sessions it has there */
export const ANNOUNCE = `
local p = ARGV[1]
${NOW}
local key, ttl = p .. 'node:' .. ARGV[2], tonumber(ARGV[3])
if ttl == 0 or ARGV[4] == '1' then redis.call('DEL', key) end
local told = { ttl == 0 and 'left' or ARGV[4] == '1' and 'all' or 'some', ARGV[2] }
for i = 5, #ARGV, 2 do
  if ARGV[i + 1] == '0' then redis.call('HDEL', key, ARGV[i]) else redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
  told[#told + 1] = ARGV[i]
  told[#told + 1] = ARGV[i + 1]
end
redis.call('ZREMRANGEBYSCORE', p .. 'nodes', '-inf', now)
if ttl == 0 then
  redis.call('ZREM', p .. 'nodes', ARGV[2])
else
  redis.call('PEXPIRE', key, ttl)
  redis.call('ZADD', p .. 'nodes', now + ttl, ARGV[2])
  redis.call('PEXPIRE', p .. 'nodes', ttl)
end
redis.call('PUBLISH', p .. 'nodes', table.concat(told, ' '))
return redis.status_reply('OK')
`;

/** prefix: each node that is there, with its pairs of a user and a count */
export const PRESENT = `
local p = ARGV[1]
${NOW}
local present = {}
for i, node in ipairs(redis.call('ZRANGE', p .. 'nodes', now, '+inf', 'BYSCORE')) do
  present[i] = { node, redis.call('HGETALL', p .. 'node:' .. node) }
end
return present
`;
