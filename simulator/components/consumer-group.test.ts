import { describe, expect, it } from 'vitest';
import { ConsumerGroup, type GroupSettings } from './consumer-group.ts';
import { FramePool } from '../engine/frames.ts';
import { ConsumerLog } from '../stations/consumer-log.ts';
import { runOf } from './instagram.fixture.ts';

const PARTITIONS = 8;

/** A group on a clock of its own; says when partition 0 to 7 are taken from, and by whom. */
function groupOf(workers: number, settings: Partial<GroupSettings> = {}) {
  const due: { readonly atNs: number; readonly action: () => void }[] = [];
  const log = new ConsumerLog(new FramePool(1).open(), PARTITIONS, 16, workers, 1, Infinity);
  const stalls = Array<number>(PARTITIONS).fill(0);
  let now = 0;
  const group = new ConsumerGroup(
    {
      now: () => now,
      after: (delayNs, action) => due.push({ atNs: now + delayNs, action }),
      consumers: {
        count: () => log.workers,
        isUp: (_, worker) => !log.isDown(worker),
        stop: (_, worker) => log.setDown(worker, true),
        retire: (_, worker) => log.setDown(worker, true),
        start: (_, worker) => log.setDown(worker, false),
        resume: (_, worker) => log.setDown(worker, false),
        resize: (_, size) => {
          for (let p = 0; p < PARTITIONS; p++) if (log.ownerOf(p) >= size) log.own(p, -1);
          log.workers = size;
        },
        stall: (_, partition) => (stalls[partition]! += 1),
        endStall: (_, partition) => (stalls[partition]! -= 1),
        assign: () => log.assign(),
        plan: () => log.plan(),
        owner: (_, partition) => log.ownerOf(partition),
        give: (_, partition, worker) => log.own(partition, worker),
        isFull: () => false,
        dropOldest: () => undefined,
      },
    },
    0,
    PARTITIONS,
    {
      sessionTimeoutSeconds: 6,
      rebalanceSeconds: 0.8,
      firstJoinSeconds: 1.9,
      membership: 'dynamic',
      rebalancing: 'eager',
      ...settings,
    },
  );
  return {
    group,
    at(seconds: number): void {
      const untilNs = seconds * 1e9;
      for (;;) {
        due.sort((a, b) => a.atNs - b.atNs);
        const next = due[0];
        if (next === undefined || next.atNs > untilNs) break;
        due.shift();
        now = next.atNs;
        next.action();
      }
      now = untilNs;
    },
    /** Partitions that a worker takes from now. */
    served: () =>
      stalls.filter((stalled, p) => stalled === 0 && log.ownerOf(p) >= 0 && !log.isDown(log.ownerOf(p)))
        .length,
    owners: () => stalls.map((_, p) => log.ownerOf(p)),
  };
}

/** First moment, to a hundredth of a second, at which `partitions` are served again. */
function servedAgain(run: ReturnType<typeof groupOf>, from: number, partitions: number): number {
  for (let t = from; t < from + 100; t += 0.01) {
    run.at(t);
    if (run.served() >= partitions) return t - from;
  }
  return Infinity;
}

/** Kafka 3.9.2 with kafkajs, session time-out 6 s; seconds until all partitions are consumed again. */
describe('against what was measured, within 20 %', () => {
  it.each([
    { what: 'one of four crashes', measured: 6.8, happen: (g: ConsumerGroup) => g.crash([1]) },
    { what: 'one of four leaves', measured: 0.8, happen: (g: ConsumerGroup) => g.leave([1]) },
  ])('$what: $measured s', ({ measured, happen }) => {
    const run = groupOf(4);
    happen(run.group);
    expect(run.served()).toBeLessThan(PARTITIONS);
    const ratio = servedAgain(run, 0, PARTITIONS) / measured;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
  });
  it('one joins: 0.5 to 1.1 s', () => {
    const run = groupOf(4);
    run.group.leave([3]);
    run.at(10);
    run.group.join([3]);
    expect(run.served()).toBe(0);
    const pause = servedAgain(run, 10, PARTITIONS);
    expect(pause).toBeGreaterThan(0.5);
    expect(pause).toBeLessThan(1.1);
  });
  it('the first joins: 1.8 to 2.0 s', () => {
    const run = groupOf(1);
    run.group.leave([0]);
    run.at(10);
    run.group.join([0]);
    const pause = servedAgain(run, 10, PARTITIONS);
    expect(pause).toBeGreaterThan(1.8);
    expect(pause).toBeLessThan(2.01);
  });
});

describe('a member that fell silent', () => {
  it('keeps its partitions to itself, and nobody else’s', () => {
    const run = groupOf(4);
    run.group.crash([1]);
    run.at(5.9);
    expect(run.served()).toBe(6);
  });
  it('that is back before its session has timed out stops the whole group until it has', () => {
    const run = groupOf(4);
    run.group.crash([1]);
    run.at(2);
    run.group.join([1]);
    expect(run.served()).toBe(0);
    expect(servedAgain(run, 2, 1)).toBeCloseTo(6.8 - 2, 1);
    expect(run.served()).toBe(PARTITIONS);
  });
  it('and another one a second later: both are waited for', () => {
    const run = groupOf(4);
    run.group.crash([1]);
    run.at(1);
    run.group.crash([2]);
    run.at(6.1);
    expect(run.served()).toBe(0);
    expect(servedAgain(run, 6.1, PARTITIONS)).toBeCloseTo(7.8 - 6.1, 1);
  });
});

describe('static members', () => {
  const named = { membership: 'static' } as const;
  it('that are back within their session go on, and nobody else notices', () => {
    const run = groupOf(4, named);
    run.group.crash([1]);
    run.at(5.9);
    expect(run.served()).toBe(6);
    run.group.join([1]);
    expect(run.served()).toBe(PARTITIONS);
    run.at(20);
    expect(run.served()).toBe(PARTITIONS);
  });
  it('that are away for longer are replaced as any other', () => {
    const run = groupOf(4, named);
    run.group.crash([1]);
    expect(servedAgain(run, 0, PARTITIONS)).toBeCloseTo(6.8, 1);
    run.at(10);
    run.group.join([1]);
    expect(run.served()).toBe(0);
    expect(servedAgain(run, 10, PARTITIONS)).toBeCloseTo(0.8, 1);
  });
  it('say no good-bye: what they leave waits for the end of their session', () => {
    const run = groupOf(4, named);
    run.group.leave([1]);
    expect(run.served()).toBe(6);
    expect(servedAgain(run, 0, PARTITIONS)).toBeCloseTo(6.8, 1);
    const smaller = groupOf(4, named);
    smaller.group.resize(2);
    expect(smaller.served()).toBe(4);
    expect(servedAgain(smaller, 0, PARTITIONS)).toBeCloseTo(6.8, 1);
    expect(smaller.group.members()).toEqual([0, 1]);
  });
  it('that come back while others are waited for end that wait', () => {
    const run = groupOf(4, named);
    run.group.crash([1]);
    run.at(1);
    run.group.resize(5);
    run.at(2);
    expect(run.served()).toBe(0);
    run.group.join([1]);
    expect(servedAgain(run, 2, PARTITIONS)).toBeCloseTo(0.8, 1);
    expect(new Set(run.owners())).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});

describe('cooperative rebalancing', () => {
  const cooperative = { rebalancing: 'cooperative' } as const;
  it('moves what is needed and no more, in two rounds, while the rest goes on', () => {
    const run = groupOf(4, cooperative);
    const before = run.owners();
    run.group.resize(5);
    expect(run.served()).toBe(PARTITIONS);
    run.at(0.79);
    expect(run.served()).toBe(PARTITIONS);
    // Eight partitions among five: one of four is to give one up.
    run.at(0.81);
    expect(run.served()).toBe(PARTITIONS - 1);
    expect(servedAgain(run, 0.81, PARTITIONS)).toBeCloseTo(0.79, 1);
    expect(run.owners().filter((owner, p) => owner !== before[p])).toEqual([4]);
  });
  it('gives what a lost member had to others in one round', () => {
    const run = groupOf(4, cooperative);
    const before = run.owners();
    run.group.crash([1]);
    run.at(6.79);
    expect(run.served()).toBe(6);
    expect(servedAgain(run, 6.79, PARTITIONS)).toBeCloseTo(0.01, 1);
    expect(run.owners().filter((owner, p) => owner !== before[p]).length).toBe(2);
  });
  it('hands a member that comes back too early its share when its old session has ended', () => {
    const run = groupOf(4, cooperative);
    run.group.crash([1]);
    run.at(2);
    run.group.join([1]);
    expect(run.served()).toBe(6);
    expect(servedAgain(run, 2, PARTITIONS)).toBeCloseTo(6.8 - 2, 1);
  });
  it('begins anew when another joins between the rounds', () => {
    const run = groupOf(2, cooperative);
    run.group.resize(3);
    run.at(1);
    expect(run.served()).toBe(PARTITIONS - 2);
    run.group.resize(4);
    run.at(10);
    expect(run.served()).toBe(PARTITIONS);
    for (const worker of [0, 1, 2, 3])
      expect(run.owners().filter((owner) => owner === worker).length).toBe(2);
  });
  it('leaves nothing to nobody, and takes it up with the first who comes', () => {
    const run = groupOf(1, cooperative);
    run.group.leave([0]);
    run.at(5);
    expect(run.owners()).toEqual(Array(PARTITIONS).fill(-1));
    run.group.join([0]);
    expect(servedAgain(run, 5, PARTITIONS)).toBeCloseTo(1.9, 1);
  });
});

describe('in the published design', () => {
  const uploads = {
    'read-client.feedRead': null,
    'upload-client.like': null,
    'upload-client.comment': null,
    'upload-client.photoUpload': { process: 'constant', ratePerSecond: 16 },
    'upload-stream.partitions': 16,
    'image-worker.sessionTimeoutSeconds': 6,
  };
  const imagesDone = (set: object, timeline: readonly object[], durationSeconds: number) => {
    const result = runOf({ durationSeconds, set: { ...uploads, ...set }, timeline });
    const { arrivals, completed, failed, inFlightAtEnd } = result.flows['image-processing']!.counts;
    expect(completed + inFlightAtEnd).toBe(arrivals);
    expect(failed).toBe(0);
    return result;
  };

  it('a rolling deployment pauses the group twice a worker and loses nothing', () => {
    const deploy = {
      id: 'release',
      kind: 'deploy',
      target: 'image-worker',
      atSeconds: 5,
      strategy: 'rolling',
    };
    const result = imagesDone(
      { 'image-worker.workers': 4, 'upload-client.photoUpload': { process: 'constant', ratePerSecond: 4 } },
      [{ ...deploy, batch: 1, drainSeconds: 1, secondsPerInstance: 4 }],
      40,
    );
    // Nothing waits longer than the drain, the start and the two rebalances, and what came up meanwhile.
    expect(result.flows['image-processing']!.latencyMs.max).toBeGreaterThan(1000);
    expect(result.flows['image-processing']!.latencyMs.max).toBeLessThan(8000);
    expect(result.flows['image-processing']!.counts.inFlightAtEnd).toBeLessThan(8);
  });

  it.each([
    ['eager', [0, 0]],
    ['cooperative', [4, 8]],
  ] as const)('workers that the timeline adds join by %s rebalancing', (rebalancing, [least, most]) => {
    const set = { 'image-worker.workers': 4, 'image-worker.rebalancing': rebalancing };
    const more = { id: 'more', kind: 'set', path: 'image-worker.workers', value: 16, atSeconds: 10 };
    const { series } = imagesDone({ ...set, 'image-worker.rebalanceSeconds': 2 }, [more], 30);
    const done = series['flows.image-processing.completedPerSecond'] as number[];
    // Four workers do eight a second. While the group rebalances, all stop, or go on: then up to sixteen, and more.
    expect(done[11]).toBeGreaterThanOrEqual(least);
    expect(done[11]).toBeLessThanOrEqual(most);
    // More than come: the backlog of the four is worked off.
    expect(done[20]).toBeGreaterThan(16);
  });

  it('lag brings more workers after their start, up to one for each partition', () => {
    const result = imagesDone(
      {
        'image-worker.workers': 2,
        'image-worker.scaleOnLagSeconds': 5,
        'image-worker.workerStartSeconds': 20,
      },
      [],
      90,
    );
    const done = result.series['flows.image-processing.completedPerSecond'] as number[];
    const mean = (from: number, to: number) =>
      done.slice(from, to).reduce((sum, rate) => sum + rate, 0) / (to - from);
    // Two workers do four a second. At 15 s the oldest message is some ten seconds old: five or so are wanted.
    expect(mean(5, 34)).toBeLessThan(4.5);
    expect(mean(37, 45)).toBeGreaterThan(6);
    // Never more than sixteen are of use.
    expect(Math.max(...done)).toBeLessThanOrEqual(2 * 16 + 16);
    expect(mean(75, 90)).toBeGreaterThan(24);
  });
});
