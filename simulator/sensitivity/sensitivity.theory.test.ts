import { beforeAll, describe, expect, it } from 'vitest';
import { applySet, type Scenario } from '../../scenarios/index.ts';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { recordOf, scenarioOf } from '../engine/engine.fixture.ts';
import type { Sensitivity } from '../result.ts';
import { studentTQuantile, summarize } from '../statistics/index.ts';
import { mm1SojournQuantile, mmcSojournQuantile, sumOfExponentialsQuantile } from '../theory/index.ts';
import { measureSensitivity, mostRuns, planSensitivity, type Job, type RunJobs } from './index.ts';

const pairs = 10;
/** Of a machine that does other things too. */
const patienceMs = 120_000;
const arrivalRate = 400;
const client = {
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond: arrivalRate } },
};
const station = (id: string, meanMs: number) => ({
  id,
  kind: 'Service',
  config: { serviceTime: { distribution: 'exponential', meanMs }, holdsServerWhileCalling: false },
});

/** One run after the other, last first: no order is promised. */
const inThisThread =
  (scenario: Scenario): RunJobs =>
  (jobs, onRecord) => {
    for (const [index, { set, seed }] of [...jobs.entries()].reverse())
      onRecord(index, recordOf(applySet(scenario, set), undefined, seed));
    return Promise.resolve();
  };

function sensitivityOf(scenario: Scenario): Promise<Sensitivity> {
  const { seed } = scenario.run;
  const base = Array.from({ length: pairs }, (_, i) =>
    recordOf(scenario, undefined, replicationSeed(seed, i)),
  );
  const plan = planSensitivity(scenario, summarize(scenario, base), { flow: 'work' });
  return measureSensitivity(plan, { pairs, base, run: inThisThread(scenario) });
}

/**
 * The exact difference, from theory, lies in the interval of each change: widened to what a correct program leaves
 * once in 100,000.
 */
function expectCovered({ changes }: Sensitivity, path: string, to: number, exactMs: number): void {
  const change = changes.find((one) => one.path === path && one.to === to)!;
  const wider = studentTQuantile(1 - 0.5e-5, pairs - 1) / studentTQuantile(0.975, pairs - 1);
  const half = (wider * (change.ci95[1] - change.ci95[0])) / 2;
  expect(Math.abs(change.difference - exactMs), `${path} to ${to}`).toBeLessThan(half);
  // An interval that is wide enough for anything would prove nothing.
  expect(half, `${path} to ${to}`).toBeLessThan(Math.abs(exactMs));
}

describe('of an M/M/1', () => {
  const scenario = scenarioOf({
    nodes: [client, station('server', 1.5)],
    edges: [{ source: 'client', target: 'server' }],
    durationSeconds: 40,
  });
  const p99 = (meanMs: number): number =>
    1000 * mm1SojournQuantile(0.99, { arrivalRate, serviceRate: 1000 / meanMs });
  let found: Sensitivity;
  beforeAll(async () => {
    found = await sensitivityOf(scenario);
  }, patienceMs);

  it.each([1.875, 1.2])('a service time of %d ms moves the p99 by what theory says', (meanMs) => {
    expectCovered(found, 'server.serviceTime', meanMs, p99(meanMs) - p99(1.5));
  });

  it('so does a second server', () => {
    const two = 1000 * mmcSojournQuantile(0.99, { arrivalRate, serviceRate: 1000 / 1.5, servers: 2 });
    expectCovered(found, 'server.servers', 2, two - p99(1.5));
  });

  it('the intervals of the list are wider than those of each change alone, around the same difference', () => {
    for (const { difference, ci95, simultaneousCi95 } of found.changes) {
      expect(simultaneousCi95[0]).toBeLessThan(ci95[0]);
      expect(simultaneousCi95[1]).toBeGreaterThan(ci95[1]);
      expect((simultaneousCi95[0] + simultaneousCi95[1]) / 2).toBeCloseTo(difference, 9);
    }
    // Three changes, so each may leave its own with 0.05 / 3: t of 9 degrees at 1 - 0.05 / 6, by hand 2.933.
    const { ci95, simultaneousCi95 } = found.changes[0]!;
    const ratio = (simultaneousCi95[1] - simultaneousCi95[0]) / (ci95[1] - ci95[0]);
    expect(found.changes).toHaveLength(3);
    expect(ratio).toBeCloseTo(2.9333 / 2.2622, 3);
  });
});

describe('of two M/M/1 in tandem', () => {
  const scenario = scenarioOf({
    nodes: [client, station('first', 1), station('second', 1.5)],
    edges: [
      { source: 'client', target: 'first' },
      { source: 'first', target: 'second' },
    ],
    durationSeconds: 40,
  });
  const p99 = (first: number, second: number): number =>
    1000 * sumOfExponentialsQuantile(0.99, [1000 / first - arrivalRate, 1000 / second - arrivalRate]);
  let found: Sensitivity;
  beforeAll(async () => {
    found = await sensitivityOf(scenario);
  }, patienceMs);

  it.each([
    ['first.serviceTime', 1.25, p99(1.25, 1.5)],
    ['first.serviceTime', 0.8, p99(0.8, 1.5)],
    ['second.serviceTime', 1.875, p99(1, 1.875)],
    ['second.serviceTime', 1.2, p99(1, 1.2)],
  ])('%s of %d ms moves the p99 by what theory says', (path, to, with_) => {
    expectCovered(found, path, to, with_ - p99(1, 1.5));
  });

  it('the bottleneck comes first, whichever way', () => {
    const [first] = found.changes;
    expect(first!.path).toBe('second.serviceTime');
    const faster = found.changes.filter(({ simultaneousCi95 }) => simultaneousCi95[1] < 0);
    expect(faster[0]!.path).toMatch(/^second\./);
    expect(found.changes.filter(({ path }) => path.startsWith('second.')).length).toBe(3);
  });
});

describe('of a design with more parameters than can be measured in full', () => {
  const names = Array.from({ length: 8 }, (_, i) => `station-${i}`);
  const scenario = scenarioOf({
    nodes: [client, ...names.map((id, i) => station(id, i === 5 ? 1.8 : 0.2))],
    edges: names.map((target, i) => ({ source: names[i - 1] ?? 'client', target })),
    durationSeconds: 3,
  });
  const jobs: Job[] = [];
  const plan = planSensitivity(scenario, summarize(scenario, [recordOf(scenario)]), { flow: 'work' });
  let found: Sensitivity;
  beforeAll(async () => {
    found = await measureSensitivity(plan, {
      pairs: 3,
      run: (more, onRecord) => {
        jobs.push(...more);
        return inThisThread(scenario)(more, onRecord);
      },
    });
  }, patienceMs);

  it('what moves the p99 most when tried once is measured', () => {
    expect(found.tried).toBeGreaterThan(10);
    expect(found.changes.length).toBeLessThanOrEqual(20);
    expect(found.changes[0]!.path).toMatch(/^station-5\./);
  });

  it('with seeds that had no part in the choice', () => {
    const { seed } = scenario.run;
    const choosing = jobs.filter((job) => job.seed === replicationSeed(seed, 3)).length;
    const measuring = [0, 1, 2].map(
      (i) => jobs.filter((job) => job.seed === replicationSeed(seed, i)).length,
    );
    expect(measuring).toEqual(Array.from({ length: 3 }, () => 1 + found.changes.length));
    expect(choosing + measuring.reduce((sum, n) => sum + n, 0)).toBe(jobs.length);
    expect(jobs.length).toBeLessThanOrEqual(mostRuns(plan, 3));
  });

  it('every parameter is in one place: measured, or left out with a reason', () => {
    const places = [
      ...new Set(found.changes.map(({ path }) => path)),
      ...found.leftOut.flatMap(({ parameters }) => parameters),
    ];
    expect(new Set(places).size).toBe(places.length);
    expect(places).toHaveLength(found.parameters);
  });
});
