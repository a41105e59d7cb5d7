import type { Cluster } from 'ioredis';
import { expect, it } from 'vitest';
import { whaleFlagKey } from '../../contract/index.ts';
import type { Cassandra } from '../platform/index.ts';
import { createWhaleFlags } from './whales.ts';

function fixture(followerCount: number | null) {
  const keys = new Map<string, string>();
  const ttls: number[] = [];
  const state = { cacheIsDown: false, asked: 0 };
  const work = <Result>(result: () => Result) =>
    state.cacheIsDown ? Promise.reject(new Error('down')) : Promise.resolve(result());
  const cluster = {
    get: (key: string) => work(() => keys.get(key) ?? null),
    set: (key: string, value: string, _unit: string, seconds: number) =>
      work(() => {
        keys.set(key, value);
        ttls.push(seconds);
      }),
  } as unknown as Cluster;
  const cassandra: Cassandra = {
    execute: () => {
      state.asked += 1;
      const rows = followerCount === null ? [] : [{ follower_count: followerCount }];
      return Promise.resolve({ rows: rows as never, pageState: null });
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const flags = createWhaleFlags(cluster, cassandra, { whaleThreshold: 10, whaleFlagTtlSeconds: 3600 });
  return { flags, keys, ttls, state };
}

it('goes by the threshold, and asks the post database once an hour', async () => {
  for (const [count, whale] of [
    [9, false],
    [10, true],
  ] as const) {
    const { flags, keys, ttls, state } = fixture(count);
    expect([await flags.isWhale('ann', 0), await flags.isWhale('ann', 0)]).toEqual([whale, whale]);
    expect(state.asked).toBe(1);
    expect([keys.get(whaleFlagKey('ann')), ttls]).toEqual([whale ? '1' : '0', [3600]]);
  }
});

it('goes by the message for an author without a row', async () => {
  expect(await fixture(null).flags.isWhale('ann', 10)).toBe(true);
  expect(await fixture(null).flags.isWhale('ann', 9)).toBe(false);
});

it('does without the cache', async () => {
  const { flags, state } = fixture(10);
  state.cacheIsDown = true;
  expect(await flags.isWhale('ann', 0)).toBe(true);
});
