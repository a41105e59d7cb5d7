import type { Cluster } from 'ioredis';
import { whaleFlagKey, type ApplicationSettings } from '../../contract/index.ts';
import type { Cassandra, Statement } from '../platform/index.ts';

/** Who is pulled instead of pushed. */
export interface WhaleFlags {
  /**
   * @param followerCount as the message has it, for an author without a row
   * @throws Error when neither the cache nor the post database answers
   */
  isWhale(authorId: string, followerCount: number): Promise<boolean>;
}

const profile: Statement = {
  name: 'follower-count',
  cql: 'SELECT follower_count FROM users WHERE user_id = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};

/**
 * The flag is cached for the design's hour, so an author who crosses the threshold is pushed for up to an hour
 * more, while readers begin to pull within a feed's time to live; the reads drop what comes both ways.
 */
export function createWhaleFlags(
  cluster: Cluster,
  cassandra: Cassandra,
  settings: Pick<ApplicationSettings, 'whaleThreshold' | 'whaleFlagTtlSeconds'>,
): WhaleFlags {
  return {
    async isWhale(authorId, followerCount) {
      const key = whaleFlagKey(authorId);
      // Without the cache the post database says the same, more slowly.
      const flag = await cluster.get(key).catch(() => null);
      if (flag !== null) return flag === '1';
      const { rows } = await cassandra.execute(profile, [authorId]);
      const count = (rows[0]?.['follower_count'] as number | null | undefined) ?? followerCount;
      const whale = count >= settings.whaleThreshold;
      await cluster.set(key, whale ? '1' : '0', 'EX', settings.whaleFlagTtlSeconds).catch(() => null);
      return whale;
    },
  };
}
