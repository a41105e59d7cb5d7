import { describe, expect, it } from 'vitest';
import { ConsumerGroup, type GroupTiming } from './consumer-group.ts';
import { runOf } from './instagram.fixture.ts';

const PARTITIONS = 8;

/** A group on a clock of its own; says when partition 0 to 7 are taken from, and by whom. */
function groupOf(workers: number, timing: Partial<GroupTiming> = {}) {
  const due: { readonly atNs: number; readonly action: () => void }[] = [];
  const up = Array<boolean>(workers).fill(true);
  const stalls = Array<number>(PARTITIONS).fill(0);
  let owners: number[] = [];
  let now = 0;
  const assign = (): void => {
    const alive = up.flatMap((there, worker) => (there ? [worker] : []));
    owners = stalls.map((_, p) => alive[p % alive.length] ?? -1);
  };
  assign();
  const group = new ConsumerGroup(
    {
      now: () => now,
      after: (delayNs, action) => due.push({ atNs: now + delayNs, action }),
      consumers: {
        count: () => workers,
        isUp: (_, worker) => up[worker]!,
        stop: (_, worker) => (up[worker] = false),
        retire: (_, worker) => (up[worker] = false),
        start: (_, worker) => (up[worker] = true),
        stall: (_, partition) => (stalls[partition]! += 1),
        endStall: (_, partition) => (stalls[partition]! -= 1),
        assign,
        isFull: () => false,
        dropOldest: () => undefined,
      },
    },
    0,
    PARTITIONS,
    { sessionTimeoutSeconds: 6, rebalanceSeconds: 0.8, firstJoinSeconds: 1.9, ...timing },
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
    served: () => owners.filter((worker, p) => worker >= 0 && up[worker]! && stalls[p] === 0).length,
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
