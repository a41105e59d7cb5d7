import type { Cluster } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { limitKey } from '../../contract/index.ts';
import type { Log, Telemetry } from '../platform/index.ts';

export type LimitedAction = 'upload' | 'like';

/** How often one user may do what, in any hour. */
export interface RateLimits {
  /** Counts the action if it is allowed. @returns 0, or ms until it will be allowed */
  take(userId: string, action: LimitedAction): Promise<number>;
}

const windowMs = 3_600_000;

/**
 * A sliding window, exactly: the list holds the times of the last actions, newest first, and never more
 * than the limit. One key, so it works in a cluster; the server's clock, so that no gateway's clock
 * matters; what is refused is not counted. Memory: some 10 bytes an action.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local last = redis.call('LINDEX', KEYS[1], limit - 1)
if last then
  local wait = tonumber(last) + window - now
  if wait > 0 then return wait end
end
redis.call('LPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('PEXPIRE', KEYS[1], window)
return 0`;

/** The shared limit of all gateways, in the cache cluster. @throws Error of ioredis when the shard is away */
export function sharedLimits(
  redis: Cluster,
  limits: Readonly<Record<LimitedAction, number>>,
  telemetry: Telemetry,
): RateLimits {
  redis.defineCommand('takeFromLimit', { numberOfKeys: 1, lua: script });
  const { takeFromLimit } = redis as unknown as {
    takeFromLimit(this: Cluster, key: string, limit: number, windowMs: number): Promise<number>;
  };
  return {
    take: (userId, action) =>
      telemetry.time('redis', 'take-from-limit', () =>
        takeFromLimit.call(redis, limitKey(userId, action), limits[action], windowMs),
      ),
  };
}

/** The same in the memory of one gateway, in windows that begin with the first action. */
export function localLimits(
  limits: Readonly<Record<LimitedAction, number>>,
  nowMs: () => number,
): RateLimits {
  const windows = new LRUCache<string, { count: number; endsAtMs: number }>({ max: 100_000 });
  return {
    take(userId, action) {
      const key = limitKey(userId, action);
      let window = windows.get(key);
      if (window === undefined || window.endsAtMs <= nowMs()) {
        window = { count: 0, endsAtMs: nowMs() + windowMs };
        windows.set(key, window);
      }
      if (window.count >= limits[action]) return Promise.resolve(window.endsAtMs - nowMs());
      window.count += 1;
      return Promise.resolve(0);
    },
  };
}

/**
 * What holds when the cache cluster is away: each gateway counts by itself. Refusing everybody would turn
 * the loss of a cache into the loss of uploads; letting everybody pass would invite breaking the cache.
 */
export function limitsWithFallback(shared: RateLimits, local: RateLimits, log: Log): RateLimits {
  return {
    async take(userId, action) {
      try {
        return await shared.take(userId, action);
      } catch (error) {
        log.warn({ err: error, action }, 'A rate limit is counted by this gateway alone');
        return local.take(userId, action);
      }
    },
  };
}
