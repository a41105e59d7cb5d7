import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Scenario } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { summarize } from '../statistics/index.ts';
import { chain, web } from './designs.fixture.ts';
import { EarlyReleases } from './early-releases.ts';
import { scenarioOf } from './engine.fixture.ts';
import { Memory } from './memory.ts';
import { Run } from './run.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function resultOf(scenario: Scenario, kernel: boolean): { digest: string; events: number } {
  const run = new Run(compile(scenario), scenario.run.seed, kernel ? undefined : new Memory());
  run.advance();
  const { digest, events } = summarize(scenario, [run.record()]);
  return { digest, events };
}

/** Every release is an event. */
function inTimeResultOf(scenario: Scenario): { digest: string; events: number } {
  const never = vi.spyOn(EarlyReleases.prototype, 'hasRoom').mockReturnValue(false);
  const result = resultOf(scenario, false);
  never.mockRestore();
  return result;
}

/** All times are multiples of half a millisecond, so that many things happen at one instant. */
const ties = scenarioOf({
  nodes: [
    ...[1, 3.5].map((ms) => ({
      id: `client-${2 * ms}`,
      kind: 'Client',
      config: {
        flow: ms === 1 ? 'work' : 'other-work',
        arrivals: { process: 'closed', users: 12 + 2 * ms, thinkTime: { distribution: 'constant', ms } },
      },
    })),
    {
      id: 'front',
      kind: 'Service',
      config: {
        servers: 24,
        serviceTime: { distribution: 'constant', ms: 0.5 },
        holdsServerWhileCalling: true,
        queueCapacity: 3,
      },
    },
    {
      id: 'store',
      kind: 'Database',
      config: {
        servers: 14,
        readTime: { distribution: 'constant', ms: 1 },
        writeTime: { distribution: 'constant', ms: 1 },
      },
    },
  ],
  edges: [
    ...[1, 3.5].map((ms) => ({
      source: `client-${2 * ms}`,
      target: 'front',
      config: { latency: { distribution: 'constant', ms: 0.5 } },
    })),
    { source: 'front', target: 'store', config: { latency: { distribution: 'constant', ms: 0.5 } } },
  ],
  durationSeconds: 5,
});

describe.each([
  ['a service with cache, database, time-outs, retries and a breaker', web],
  ['a chain of gateways', chain],
  ['many things at one instant', ties],
])('%s', (_, scenario) => {
  it('gives the same figures whether servers are released ahead of time or in time', () => {
    const inTime = inTimeResultOf(scenario);
    for (const kernel of [true, false]) {
      const early = resultOf(scenario, kernel);
      expect(early.digest).toBe(inTime.digest);
      expect(early.events).toBeLessThan(inTime.events);
    }
  });
});

it('drops what is due when the list is full, and keeps the rest', () => {
  const early = new EarlyReleases(new Memory(), [0, 4]);
  expect(early.hasRoom(0, 1, 100, 0)).toBe(false);
  for (let i = 0; i < 4; i++) {
    expect(early.hasRoom(1, 1, 100, 0)).toBe(true);
    early.add(1, 10 + i, 5, i);
  }
  expect(early.hasRoom(1, 1, 100, 10)).toBe(false);
  expect(early.hasRoom(1, 1, 100, 12)).toBe(true);
  expect(early.recall(1)).toEqual([
    { time: 12, start: 5, key0: 2 },
    { time: 13, start: 5, key0: 3 },
  ]);
  expect(early.count(1)).toBe(0);
});

it('knows which comes first at one instant', () => {
  const early = new EarlyReleases(new Memory(), [4]);
  for (const [start, key0] of [
    [1, 9],
    [2, 3],
    [2, 5],
    [3, 0],
  ] as const)
    early.add(0, 20, start, key0);
  early.settle(0, 20, 2, 4);
  expect(early.recall(0)).toEqual([
    { time: 20, start: 2, key0: 5 },
    { time: 20, start: 3, key0: 0 },
  ]);
});
