import { expect, it } from 'vitest';
import type { PostCreated } from '../../contract/index.ts';
import { createTelemetry, ShardUnavailable, type Cassandra } from '../platform/index.ts';
import { createFanout, type FanoutParts } from './fanout.ts';
import type { Pusher } from './push.ts';

const message: PostCreated = {
  postId: '01890a5d-ac96-774b-bcce-b302099a8057',
  authorId: 'ann',
  followerCount: 25,
  createdAtMs: 1000,
};
const telemetry = createTelemetry('test');

/** Followers f0 to f24, in pages of the size that is asked for. */
const cassandra: Cassandra = {
  execute: (_statement, _values, { pageSize = 5000, pageState } = {}) => {
    const first = Number(pageState ?? 0);
    const next = Math.min(25, first + pageSize);
    return Promise.resolve({
      rows: Array.from({ length: next - first }, (_, n) => ({ follower_id: `f${first + n}` })) as never,
      pageState: next < 25 ? String(next) : null,
    });
  },
  ping: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

function fixture(parts: Partial<FanoutParts> = {}) {
  const feeds = new Map<string, number>();
  const pages: number[] = [];
  const pusher: Pusher = {
    push: (_entry, userIds) => {
      pages.push(userIds.length);
      for (const userId of userIds) feeds.set(userId, (feeds.get(userId) ?? 0) + 1);
      return Promise.resolve(userIds.length);
    },
  };
  const handle = createFanout({
    cassandra,
    pusher,
    whales: { isWhale: () => Promise.resolve(false) },
    settings: { fanoutBatch: 3 },
    telemetry,
    now: () => 2000,
    ...parts,
  });
  return { feeds, pages, handle };
}

it('pushes to every follower, page by page', async () => {
  const { feeds, pages, handle } = fixture();
  await handle(message);
  expect(pages).toEqual([12, 12, 1]);
  expect([...feeds.values()]).toEqual(Array.from({ length: 25 }, () => 1));
});

it('pushes nothing of a whale', async () => {
  const { feeds, handle } = fixture({ whales: { isWhale: () => Promise.resolve(true) } });
  await handle(message);
  expect(feeds.size).toBe(0);
});

it('fails when a shard does, so that the message comes again', async () => {
  const { handle } = fixture({
    pusher: { push: () => Promise.reject(new ShardUnavailable('127.0.0.1:1', 'down')) },
  });
  await expect(handle(message)).rejects.toThrow(ShardUnavailable);
});
