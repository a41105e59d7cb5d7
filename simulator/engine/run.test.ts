import { describe, expect, it } from 'vitest';
import {
  applySet,
  findBuiltin,
  parseScenario,
  type Scenario,
  type TimelineEntry,
} from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { summarize } from '../statistics/index.ts';
import { resultOf, scenarioOf } from './engine.fixture.ts';
import { Run } from './run.ts';

const poisson = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });
const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });
const queueAt = (ratePerSecond: number, durationSeconds: number): Scenario =>
  scenarioOf({
    nodes: [
      { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: poisson(ratePerSecond) } },
      {
        id: 'server',
        kind: 'Service',
        config: { servers: 1, serviceTime: exponential(1), queueCapacity: 1e6 },
      },
      {
        id: 'store',
        kind: 'Database',
        config: { servers: 2, readTime: exponential(0.2), writeTime: exponential(1) },
      },
    ],
    edges: [
      { source: 'client', target: 'server' },
      { source: 'server', target: 'store' },
    ],
    durationSeconds,
  });

/** Runs until `atSeconds`, drops an entry live, runs on; returns the digest, and that of the replay of what was written. */
function liveAndReplayed(
  scenario: Scenario,
  atSeconds: number,
  entry: TimelineEntry,
): readonly [string, string] {
  const run = new Run(compile(scenario), 7);
  run.advance({ untilSeconds: atSeconds });
  const placed = run.inject(entry);
  run.advance();
  const written = { ...scenario, timeline: [...scenario.timeline, placed] };
  const replay = new Run(compile(written), 7);
  replay.advance();
  return [summarize(written, [run.record()]).digest, summarize(written, [replay.record()]).digest];
}

describe('a run', () => {
  it('stops cleanly at the frame limit and names the station with the most waiting frames', () => {
    const overloaded = applySet(queueAt(5000, 10), { 'run.maximumFrames': 2000 });
    const result = resultOf(overloaded);
    expect(result.stopped).toMatchObject({ reason: 'frames', component: 'server' });
    // A frame a request that waits, and two that are served: 4,000 a second more than the server can take.
    expect(result.stopped!.atSeconds).toBeGreaterThan(0.1);
    expect(result.stopped!.atSeconds).toBeLessThan(1);
    expect(result.simulatedSeconds).toBe(result.stopped!.atSeconds);
    const { counts } = result.flows['work']!;
    expect(counts.arrivals).toBe(counts.completed + counts.inFlightAtEnd);
  });

  it('does not stop below the limit', () => {
    expect(resultOf(queueAt(500, 3)).stopped).toBeNull();
  });

  it('replays a live traffic spike to the same digest', () => {
    const entry: TimelineEntry = {
      id: 'spike',
      kind: 'traffic-spike',
      target: 'client',
      atSeconds: 0,
      durationSeconds: 3,
      multiplier: 2,
      flows: null,
    };
    const [live, replayed] = liveAndReplayed(queueAt(300, 12), 4.2, entry);
    expect(live).toBe(replayed);
    expect(live).not.toBe(resultOf(queueAt(300, 12), undefined, 7).digest);
  });

  const entry = { id: 'live', atSeconds: 0, durationSeconds: 3 } as const;
  const live: readonly TimelineEntry[] = [
    { ...entry, kind: 'slow-node', target: 'store', instance: 0, replica: null, factor: 3 },
    { ...entry, kind: 'network-partition', target: 'server->store', mode: 'drop' },
    { ...entry, kind: 'disk-full', target: 'store' },
    { ...entry, kind: 'set', path: 'server.serviceTime.meanMs', value: 2 },
    // Changes how many servers there are, so that the run is repeated with stations that can.
    { ...entry, kind: 'zone-loss', zone: 1 },
    { ...entry, kind: 'set', path: 'store.servers', value: 4 },
  ];
  it.each(live.map((one) => [one.kind, one] as const))(
    'replays a live %s to the same digest',
    (_kind, one) => {
      const writes = applySet(queueAt(300, 9), { 'client.operation': 'write' });
      const [digest, replayed] = liveAndReplayed(writes, 2.4, one);
      expect(digest).toBe(replayed);
      expect(digest).not.toBe(resultOf(writes, undefined, 7).digest);
    },
  );

  it('replays several live entries, and hands out every row of the series once', () => {
    const scenario = queueAt(300, 9);
    const run = new Run(compile(scenario), 7);
    const rows: number[] = [];
    const timeline = [live[4]!, live[0]!, live[1]!].map((one, i) => {
      run.advance({ untilSeconds: 2.5 + i });
      if (i !== 1) rows.push(...run.takeRows().map((row) => row.atSeconds));
      return run.inject({ ...one, id: `live-${i}` });
    });
    run.advance();
    rows.push(...run.takeRows().map((row) => row.atSeconds));
    expect(rows).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const written = { ...scenario, timeline };
    expect(summarize(written, [run.record()]).digest).toBe(resultOf(written, undefined, 7).digest);
  });

  it('replays a live whale post to the same digest', () => {
    const { scenario } = parseScenario(JSON.stringify(findBuiltin('instagram-v2')), {
      find: findBuiltin,
      form: 'short',
      set: { 'run.durationSeconds': 5, 'run.warmupSeconds': 1 },
    });
    const small = applySet(scenario, {
      'read-client.feedRead.ratePerSecond': 2000,
      'read-client.postDetail.ratePerSecond': 500,
      'upload-client.like.ratePerSecond': 300,
    });
    const entry: TimelineEntry = {
      id: 'post',
      kind: 'whale-post',
      author: null,
      followers: 50_000_000,
      readBoost: 1,
      halfLifeSeconds: 1,
      likesPerSecond: 500,
      atSeconds: 0,
      durationSeconds: null,
    };
    const [live, replayed] = liveAndReplayed(small, 2.4, entry);
    expect(live).toBe(replayed);
  });
});

it('keeps the books when the frames move while a message is started', () => {
  // Clients give their frames back at once and messages pile up: it is a message that needs the next one.
  const result = resultOf(
    scenarioOf({
      nodes: [
        { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: poisson(50_000) } },
        { id: 'queue', kind: 'Queue', config: { partitions: 1, capacity: null } },
        { id: 'worker', kind: 'Worker', config: { workers: 1, serviceTime: exponential(1000) } },
      ],
      edges: [
        { source: 'client', target: 'queue' },
        { source: 'queue', target: 'worker' },
      ],
      durationSeconds: 1,
    }),
  );
  const { arrivals, completed, failed, inFlightAtEnd } = result.flows['work']!.counts;
  expect(arrivals).toBe(completed + failed + inFlightAtEnd);
  expect(result.components['queue']!.backlog!.max).toBeGreaterThan(40_000);
});
