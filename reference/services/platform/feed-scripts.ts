import { feedMarkers } from '../../contract/index.ts';

/**
 * What changes a feed key, each a script on that one key, so that it is atomic and lies in one slot.
 * feed-model.ts is their plain twin.
 *
 * The invariant: a feed with the `complete` marker holds the newest posts of everybody pushed to its reader,
 * as far as they were pushed or durable when the marker came. It holds because a filler marks the key before
 * it reads the post database: what becomes durable later is pushed later, into a key that is there. A key
 * that vanishes meanwhile (evicted, expired) takes the token along, and the filler's posts are not taken.
 */
export const feedScripts = {
  /**
   * Insert if absent, trim, renew: only into a key that is there. ARGV: post id, created at ms, feed length,
   * time to live ms. 1 when the feed did not have the post, else 0. A feed that is being filled is not
   * renewed, so that one whose filler died goes away.
   */
  feedPush: {
    numberOfKeys: 1,
    lua: `
local newest = redis.call('ZRANGE', KEYS[1], -1, -1)[1]
if not newest then return 0 end
local added = redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1])
if added == 1 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[3] - 2) end
if newest == '${feedMarkers.complete}' then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return added`,
  },

  /** Marks a missing feed as being filled. ARGV: token, time to live ms. 1 when it is the caller's to fill. */
  feedBegin: {
    numberOfKeys: 1,
    lua: `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('ZADD', KEYS[1], '+inf', '${feedMarkers.filling}' .. ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`,
  },

  /**
   * Merges what the post database has into the feed, and marks it complete. ARGV: token, feed length, time to
   * live ms, then score and post id by turns. 0 when the key is not the one that `feedBegin` marked.
   */
  feedFinish: {
    numberOfKeys: 1,
    lua: `
local token = '${feedMarkers.filling}' .. ARGV[1]
if not redis.call('ZSCORE', KEYS[1], token) then return 0 end
redis.call('ZADD', KEYS[1], '+inf', '${feedMarkers.complete}')
redis.call('ZREM', KEYS[1], token)
for first = 4, #ARGV, 1000 do
  redis.call('ZADD', KEYS[1], 'NX', unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[2] - 2)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`,
  },
} as const;
