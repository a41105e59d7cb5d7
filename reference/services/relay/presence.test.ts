import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog, outboxBuckets, type Cassandra, type Page } from '../platform/index.ts';
import { createPresence } from './presence.ts';

it('gives every bucket to exactly one of the relays that know each other', async () => {
  const alive = new Set<string>();
  let isAway = false;
  let reads = 0;
  const cassandra = {
    execute: ({ name }, [instance]) => {
      if (isAway) return Promise.reject(new Error('away'));
      if (name === 'announce-relay') alive.add(instance as string);
      if (name === 'leave-relays') alive.delete(instance as string);
      // In no order that could be relied upon.
      const rows = [...alive].map((each) => ({ instance: each }));
      if (name === 'list-relays' && (reads += 1) % 2 === 0) rows.reverse();
      return Promise.resolve({
        rows,
        pageState: null,
      } as unknown as Page);
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  } satisfies Cassandra;
  const log = createLog('test', new PassThrough().resume());
  const relays = ['relay-3', 'relay-1', 'relay-2'].map((name) => createPresence(cassandra, name, log));
  const owners = (among = relays) =>
    Array.from({ length: outboxBuckets }, (_, bucket) => among.filter(({ isMine }) => isMine(bucket)).length);

  // Alone, as far as each knows: all do everything, and nothing is left out.
  expect(owners()).toEqual(Array(outboxBuckets).fill(3));
  for (const relay of [...relays, ...relays]) await relay.refresh();
  expect(owners()).toEqual(Array(outboxBuckets).fill(1));
  isAway = true;
  for (const relay of relays) await relay.refresh();
  expect(owners()).toEqual(Array(outboxBuckets).fill(1));
  isAway = false;
  await relays[0]!.leave();
  const rest = relays.slice(1);
  for (const relay of rest) await relay.refresh();
  expect(owners(rest)).toEqual(Array(outboxBuckets).fill(1));
});
