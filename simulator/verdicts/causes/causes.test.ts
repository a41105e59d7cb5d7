import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../scenarios/index.ts';
import { instagram } from '../../components/instagram.fixture.ts';
import { recordOf, resultOf, scenarioOf } from '../../engine/engine.fixture.ts';
import { summarize } from '../../index.ts';
import { explain } from './index.ts';

const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });
const shop = (
  parts: {
    readonly timeline?: readonly object[];
    readonly ratePerSecond?: number;
    readonly hitRatio?: number;
    readonly storeServers?: number;
  } = {},
): Scenario =>
  scenarioOf({
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: {
          flow: 'order',
          arrivals: { process: 'poisson', ratePerSecond: parts.ratePerSecond ?? 200 },
        },
      },
      { id: 'front', kind: 'Service', config: { servers: 12, serviceTime: exponential(1) } },
      {
        id: 'cache',
        kind: 'Cache',
        config: { servers: 2, serviceTime: exponential(0.5), hitRatio: parts.hitRatio ?? 0.8 },
      },
      {
        id: 'store',
        kind: 'Database',
        config: { servers: parts.storeServers ?? 3, readTime: exponential(4), writeTime: exponential(4) },
      },
      { id: 'other', kind: 'Service', config: { servers: 6, serviceTime: exponential(2) } },
    ],
    edges: [
      { source: 'client', target: 'front', config: { timeoutMs: 400 } },
      { source: 'front', target: 'cache', config: { timeoutMs: 200 } },
      { source: 'cache', target: 'store', config: { latency: exponential(0.5), timeoutMs: 150 } },
      { source: 'front', target: 'other' },
    ],
    durationSeconds: 40,
    timeline: parts.timeline ?? [],
  });
const explained = (scenario: Scenario) => explain(scenario.design, recordOf(scenario));
const fault = (kind: string, target: string | null, more: object = {}) => ({
  id: `${kind}-${target ?? 'all'}`.replace(/->/g, '-'),
  kind,
  ...(target === null ? {} : { target }),
  atSeconds: 12,
  durationSeconds: 6,
  ...more,
});

describe('the explanation of a run', () => {
  it.each([
    [
      'a slow store',
      fault('slow-node', 'store', { factor: 12 }),
      'store',
      /^Store became slow at its own work/,
    ],
    [
      'an edge that is cut',
      fault('network-partition', 'cache->store'),
      'store',
      /^Nothing passed from cache to store at 12/,
    ],
    [
      'a disk that is full',
      fault('set', null, { path: 'other.servers', value: 1 }),
      'other',
      /^Other lost servers \(1 instead of 6\) at 12\.0 s/,
    ],
    [
      'more traffic',
      fault('traffic-spike', 'client', { multiplier: 24 }),
      'client',
      /^Client sent .* times as many order requests/,
    ],
    [
      'a slow network',
      fault('set', null, { path: 'cache->store.latency', value: exponential(60) }),
      'store',
      /^The network to store became slow/,
    ],
  ])('begins with %s, when it began, and ends with the flow', (_name, entry, component, text) => {
    const [first, ...rest] = explained(shop({ timeline: [entry] }));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ component, text: expect.stringMatching(text) as string });
    expect(Math.abs(first!.atSeconds - 12)).toBeLessThan(0.5);
    expect(first!.text).toMatch(/ -> .*order.*; (recovered: order at (1[89]|2\d|3\d)|not recovered: order)/);
    expect(first!.effects.length).toBeGreaterThan(0);
  });

  it('begins with a colder cache', () => {
    const timeline = [fault('set', null, { path: 'cache.hitRatio', value: 0.2 })];
    const [first, ...rest] = explained(shop({ timeline, hitRatio: 0.998 }));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ id: 'misses:cache', component: 'cache' });
    expect(first!.text).toMatch(
      /^Cache missed .* times as often as before at 12\.0 s -> .*p99 of order passed/,
    );
  });

  it('does not look at the timeline', () => {
    const scenario = shop({ timeline: [fault('slow-node', 'store', { factor: 12 })] });
    const record = recordOf(scenario);
    const hidden = new Proxy(record, {
      get: (whole, member) => {
        if (['timeline', 'phases', 'windows', 'batches', 'total'].includes(String(member)))
          throw new Error(`The explanation reads ${String(member)}.`);
        return Reflect.get(whole, member) as unknown;
      },
    });
    expect(explain(scenario.design, hidden)).toEqual(summarize(scenario, [record]).verdicts);
    expect(explain(scenario.design, hidden)).toHaveLength(1);
  });

  it('tells several faults apart', () => {
    const verdicts = explained(
      shop({
        timeline: [
          fault('network-partition', 'front->other', { atSeconds: 8, durationSeconds: 3, mode: 'refuse' }),
          fault('slow-node', 'store', { atSeconds: 24, factor: 12 }),
        ],
      }),
    );
    expect(verdicts.map(({ id }) => id)).toEqual(['cut:other', 'slow:store']);
    expect(verdicts[0]!.text).toMatch(/recovered: order at 1[0-6]/);
  });

  it('names no cause where there is none', () => {
    for (const ratePerSecond of [50, 150, 300]) expect(explained(shop({ ratePerSecond }))).toEqual([]);
    expect(explained(instagram({ durationSeconds: 15 }))).toEqual([]);
  });

  it('names what is too small where nothing else happened', () => {
    const [verdict, ...rest] = explained(shop({ ratePerSecond: 1500, storeServers: 1 }));
    expect(rest).toEqual([]);
    expect(verdict).toMatchObject({ component: 'store', cause: 'more load than it can serve' });
  });

  it('is no part of the digest', () => {
    const scenario = shop({ timeline: [fault('slow-node', 'store', { factor: 12 })] });
    const record = recordOf(scenario);
    expect(summarize(scenario, [record]).digest).toBe(resultOf(scenario).digest);
    expect(summarize(scenario, [{ ...record, observations: null }]).verdicts).toEqual([]);
  });
});

describe('the parts of the published design', () => {
  it('a shard that refuses is named', () => {
    const [first] = explained(
      instagram({
        durationSeconds: 20,
        timeline: [fault('redis-node-loss', 'feed-cache', { node: 3, atSeconds: 8 })],
      }),
    );
    expect(first).toMatchObject({ component: 'feed-cache', id: 'refused:feed-cache' });
    expect(first!.text).toMatch(/^Feed-cache shard 3 refused requests at 8\./);
  });

  it('requests for one post are told at the rate at which they come, though nobody sees it while its photo is sent', () => {
    const post = { kind: 'whale-post', followers: 50_000_000, readBoost: 100, halfLifeSeconds: 1000 };
    const { observations } = recordOf(
      instagram({
        durationSeconds: 14,
        timeline: [{ id: 'post', ...post, atSeconds: 8, durationSeconds: 6 }],
      }),
    );
    const surge = observations!.surges.find(
      ({ what, name }) => what === 'new arrivals' && name === 'feed-read',
    );
    // A hundred reads a second, of which a tenth are by followers, who come a hundred times as often.
    expect(surge!.atSeconds).toBeGreaterThan(7.9);
    expect(surge!.ratio).toBeGreaterThan(850);
    expect(surge!.ratio).toBeLessThan(1150);
  });
});
