import { describe, expect, it } from 'vitest';
import { failureCodes, type FlowFigures, type Result } from '../result.ts';
import { Collector } from './collector.ts';
import { unknownMetrics } from './expectations.ts';
import { summarize } from './summarize.ts';
import {
  cellOf,
  layout,
  recordOf,
  requestsOf,
  scenarioOf,
  setEvent,
  type Request,
} from './synthetic-run.fixture.ts';

const requests = requestsOf(7, 20_000, 20);
const events = [setEvent('first', 6.25, 3), setEvent('second', 8, null)];
const scenario = scenarioOf({}, events, [
  { id: 'in-window', claim: '', metric: 'flows.read.latencyMs.p99', window: [3.5, 7.75], atMost: 1e9 },
]);
const result = summarize(scenario, [recordOf(scenario, requests)]);

/** The plain twin: figures straight from the requests that end in a window. */
function plainFlow(flow: number, fromNs: number, toNs: number): Record<string, number> {
  const mine = requests.filter((r) => r.flow === flow);
  const ended = mine.filter((r) => r.endNs >= fromNs && r.endNs < toNs);
  const latencies = ended.filter((r) => r.outcome === 'completed').map((r) => r.endNs - r.startNs);
  const failed = ended.filter((r) => (failureCodes as readonly string[]).includes(r.outcome)).length;
  const seconds = (toNs - fromNs) / 1e9;
  const inFlight = (t: number): number => mine.filter((r) => r.startNs < t && r.endNs >= t).length;
  const arrivals = mine.filter((r) => r.startNs >= fromNs && r.startNs < toNs).length;
  return {
    offeredPerSecond: arrivals / seconds,
    completedPerSecond: latencies.length / seconds,
    errorRatio: failed / (failed + latencies.length),
    mean: latencies.reduce((a, b) => a + b, 0) / latencies.length / 1e6,
    max: Math.max(...latencies) / 1e6,
    p99: latencies.sort((a, b) => a - b)[Math.floor(0.99 * latencies.length)]! / 1e6,
    rateLimited: ended.filter((r) => r.outcome === 'rateLimited').length,
    timeouts: ended.filter((r) => r.outcome === 'timeout').length,
    inFlightAtStart: inFlight(fromNs),
    inFlightAtEnd: inFlight(toNs),
  };
}

function expectSame(figures: FlowFigures, flow: number, fromSeconds: number, toSeconds: number): void {
  const plain = plainFlow(flow, fromSeconds * 1e9, toSeconds * 1e9);
  expect(figures.offeredPerSecond).toBeCloseTo(plain['offeredPerSecond']!, 9);
  expect(figures.completedPerSecond).toBeCloseTo(plain['completedPerSecond']!, 9);
  expect(figures.errorRatio).toBeCloseTo(plain['errorRatio']!, 9);
  expect(figures.latencyMs.mean).toBeCloseTo(plain['mean']!, 6);
  expect(figures.latencyMs.max).toBe(plain['max']);
  expect(Math.abs(figures.latencyMs.p99! / plain['p99']! - 1)).toBeLessThan(0.04);
  expect(figures.rateLimited).toBe(plain['rateLimited']);
  expect(figures.errors.timeout).toBe(plain['timeouts']);
  expect(figures.counts.inFlightAtStart).toBe(plain['inFlightAtStart']);
  expect(figures.counts.inFlightAtEnd).toBe(plain['inFlightAtEnd']);
  const { inFlightAtStart, arrivals, completed, failed, rateLimited, inFlightAtEnd } = figures.counts;
  expect(inFlightAtStart + arrivals).toBe(completed + failed + rateLimited + inFlightAtEnd);
}

describe('flows count a request in the window in which it ends', () => {
  it.each(layout.flows.map(({ id }, i) => [id, i] as const))('%s', (id, i) => {
    expectSame(result.flows[id]!, i, 2, 20);
    expectSame(result.phases['before']!.flows[id]!, i, 2, 6.25);
    expectSame(result.phases['during:first']!.flows[id]!, i, 6.25, 9.25);
    expectSame(result.phases['after:first']!.flows[id]!, i, 9.25, 20);
    expectSame(result.phases['after:second']!.flows[id]!, i, 8, 20);
  });
  it('in a window that an expectation asks for', () => {
    const p99 = plainFlow(0, 3.5e9, 7.75e9)['p99']!;
    expect(Math.abs(result.expectations[0]!.observed! / p99 - 1)).toBeLessThan(0.04);
  });
  it('in each step of the series, warm-up included', () => {
    const rates = result.series['flows.write.offeredPerSecond'] as number[];
    expect(rates.length).toBe(20);
    rates.forEach((rate, i) => expect(rate).toBe(plainFlow(1, i * 1e9, (i + 1) * 1e9)['offeredPerSecond']));
    const ratios = result.series['flows.read.errorRatio'] as number[];
    expect(ratios[5]).toBeCloseTo(plainFlow(0, 5e9, 6e9)['errorRatio']!, 12);
  });
});

describe('phases', () => {
  it('are named and bounded by the timeline', () => {
    const bounds = Object.entries(result.phases).map(([name, p]) => [name, p.fromSeconds, p.toSeconds]);
    expect(bounds).toEqual([
      ['before', 2, 6.25],
      ['during:first', 6.25, 9.25],
      ['after:first', 9.25, 20],
      ['during:second', 8, 8],
      ['after:second', 8, 20],
    ]);
  });
  it('without length have no samples and no rates', () => {
    const { flows, components } = result.phases['during:second']!;
    expect(flows['read']!.latencyMs).toEqual({
      count: 0,
      mean: null,
      p50: null,
      p90: null,
      p95: null,
      p99: null,
      p999: null,
      max: null,
    });
    expect(flows['read']!.offeredPerSecond).toBe(0);
    expect(components['store']!.utilization).toBeNull();
  });
  it('leave out the warm-up', () => {
    const early = scenarioOf({ warmupSeconds: 10 }, [setEvent('early', 4, 3)]);
    const { phases } = summarize(early, [recordOf(early, requests)]);
    const bounds = Object.entries(phases).map(([name, p]) => [name, p.fromSeconds, p.toSeconds]);
    expect(bounds).toEqual([
      ['before', 10, 10],
      ['during:early', 10, 10],
      ['after:early', 10, 20],
    ]);
  });
  it('of a live event are those that the same event would have had in the file', () => {
    const [first, second] = events;
    const live = scenarioOf({}, [first!]);
    const planned = scenarioOf({}, [first!, second!]);
    const liveResult = summarize(live, [recordOf(live, requests, { live: second! })]);
    expect(liveResult.digest).toBe(summarize(planned, [recordOf(planned, requests)]).digest);
    const only = scenarioOf({}, [second!]);
    const none = scenarioOf({});
    expect(summarize(none, [recordOf(none, requests, { live: second! })]).digest).toBe(
      summarize(only, [recordOf(only, requests)]).digest,
    );
  });
});

describe('components', () => {
  it('have the figures of their kind, over time and not over cells', () => {
    const { store, gate } = result.components;
    expect(store).toMatchObject({
      utilization: 0.75,
      cpuUtilization: 0.5,
      meanQueueLength: 5,
      waitMs: { mean: 2, p99: 2 },
      hitRatio: 0.75,
      backlog: { mean: 7 },
      lagSeconds: { p99: 4, max: 4 },
      staleRatio: 0.5,
    });
    expect(store!.throughputPerSecond).toBeCloseTo(1000, 9);
    expect(store!.backlog!.max).toBe(19.1); // the last cell starts there, after 19 of 20 batches
    expect(store!['retriesPerSecond']).toBeCloseTo(10, 9);
    expect(store!['storedBytes']).toBeCloseTo(9, 9);
    expect(store!.shards![0]!.utilization).toBe(0.5);
    expect(store!.shards![1]).toEqual({ utilization: 0, throughputPerSecond: 0 });
    expect(gate).toEqual({
      utilization: null,
      throughputPerSecond: 0,
      meanQueueLength: null,
      waitMs: { mean: null, p99: null },
    });
  });
  it('name the key with the most offered reads and writes', () => {
    const { key, ...rates } = result.components['store']!.hottestKey!;
    expect(key).toBe('b');
    expect(Object.values(rates).map((r) => Math.round(r))).toEqual([0, 0, 1000, 250]);
  });
});

describe('time by component', () => {
  it('adds up to the mean latency of what was traced', () => {
    const read = result.flows['read']!;
    expect(read.timeMs!.queue + read.timeMs!.service).toBeCloseTo(read.latencyMs.mean!, 6);
    expect(read.timeByComponentMs!['store']!.queue).toBe(read.timeMs!.queue);
    expect(read.timeByComponentMs).not.toHaveProperty('client->store');
    expect(read.timeSamples).toBe(read.latencyMs.count);
    expect(result.flows['write']!.timeMs).toBeNull();
  });
});

describe('replications', () => {
  const plain = scenarioOf({});
  const records = [1, 2, 3, 4].map((seed) => recordOf(plain, requestsOf(seed, 20_000, 20)));
  const merged = summarize(plain, records);
  const each = records.map((r) => summarize(plain, [r]));
  const meansOf = (read: (r: Result) => number): number =>
    each.reduce((sum, r) => sum + read(r), 0) / each.length;
  it('merge into one set of samples, with rates per replication', () => {
    const { counts, latencyMs, offeredPerSecond } = merged.flows['read']!;
    expect(latencyMs.count).toBe(4 * meansOf((r) => r.flows['read']!.latencyMs.count));
    expect(counts.arrivals).toBe(4 * meansOf((r) => r.flows['read']!.counts.arrivals));
    expect(offeredPerSecond).toBeCloseTo(
      meansOf((r) => r.flows['read']!.offeredPerSecond),
      9,
    );
    expect(latencyMs.max).toBe(Math.max(...each.map((r) => r.flows['read']!.latencyMs.max!)));
    expect(merged.components['store']!.utilization).toBe(0.75);
    expect([merged.replications, merged.seed, merged.simulatedSeconds]).toEqual([4, 1, 80]);
  });
  it('give Student intervals over their estimates', () => {
    const estimates = each.map((r) => r.flows['read']!.latencyMs.mean!);
    const mean = estimates.reduce((a, b) => a + b) / 4;
    const s = Math.sqrt(estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3);
    const [low, high] = merged.flows['read']!.latencyCi95Ms.mean!;
    expect(low).toBeCloseTo(mean - (3.182446305 * s) / 2, 8);
    expect(high).toBeCloseTo(mean + (3.182446305 * s) / 2, 8);
  });
  it('average their series', () => {
    const path = 'flows.read.completedPerSecond';
    const at = (r: Result): number => (r.series[path] as number[])[3]!;
    expect(at(merged)).toBeCloseTo(meansOf(at), 9);
  });
  it('cross threads as plain data', () => {
    expect(summarize(plain, structuredClone(records)).digest).toBe(merged.digest);
  });
});

describe('one run', () => {
  it('has intervals from 20 batches, where each batch has enough samples', () => {
    const { latencyCi95Ms, latencyMs } = result.flows['read']!;
    expect(latencyCi95Ms.mean![0]).toBeLessThan(latencyMs.mean!);
    expect(latencyCi95Ms.mean![1]).toBeGreaterThan(latencyMs.mean!);
    expect(latencyCi95Ms.p99).toBeNull(); // some 560 samples a batch; 1,000 are needed
    const more = requestsOf(3, 60_000, 20);
    const plain = scenarioOf({});
    expect(summarize(plain, [recordOf(plain, more)]).flows['read']!.latencyCi95Ms.p99).not.toBeNull();
  });
  it('that stopped covers the time until then, and fails every expectation', () => {
    const stopped = summarize(scenario, [recordOf(scenario, requests, { stopAtNs: 7.3e9 })]);
    expect(stopped.stopped).toEqual({ atSeconds: 7.3, reason: 'frames', component: 'store' });
    expect(stopped.simulatedSeconds).toBe(7.3);
    expectSame(stopped.flows['read']!, 0, 2, 7.3);
    expect(stopped.phases['during:first']!.toSeconds).toBe(7.3);
    expect(stopped.expectations[0]!.status).toBe('fail');
    expect((stopped.series['flows.read.offeredPerSecond'] as number[]).length).toBe(7);
    expect(stopped.flows['read']!.latencyCi95Ms.mean).toBeNull();
    expect(stopped.digest).not.toBe(result.digest);
  });
  it('has the same digest each time, and another one for other requests', () => {
    expect(summarize(scenario, [recordOf(scenario, requests)]).digest).toBe(result.digest);
    expect(result.digest).toMatch(/^[0-9a-f]{64}$/);
    const other = requests.map((r, i) => (i === 0 ? { ...r, endNs: r.endNs + 1 } : r));
    expect(summarize(scenario, [recordOf(scenario, other)]).digest).not.toBe(result.digest);
  });
  it('is JSON without NaN', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe('warm-up "auto"', () => {
  it('leaves out a slow start and little else', () => {
    const auto = scenarioOf({ warmupSeconds: 'auto', durationSeconds: 100 });
    // Latencies a second longer in the first 15 s.
    const slow: Request[] = requestsOf(5, 20_000, 100).map((r) =>
      r.startNs < 15e9 ? { ...r, endNs: r.endNs + 1e9 } : r,
    );
    const record = recordOf(auto, slow);
    expect(record.warmupSeconds).toBeGreaterThanOrEqual(15);
    expect(record.warmupSeconds).toBeLessThan(30);
    const { flows } = summarize(auto, [record]);
    expect(flows['read']!.latencyMs.mean).toBeLessThan(220);
    expect(flows['read']!.latencyCi95Ms.mean).not.toBeNull();
    const ended = slow.filter(
      (r) => r.flow === 0 && r.endNs >= record.warmupSeconds * 1e9 && r.endNs < 100e9,
    );
    const { completed, failed, rateLimited } = flows['read']!.counts;
    expect(completed + failed + rateLimited).toBe(ended.length);
    const { inFlightAtStart, arrivals, inFlightAtEnd } = flows['read']!.counts;
    expect(inFlightAtStart + arrivals).toBe(ended.length + inFlightAtEnd);
  });
});

describe('conservation', () => {
  it('throws, and names seed and flow, when a request is lost', () => {
    const collector = new Collector(scenarioOf({ seed: 77 }), layout, 77);
    const cell = cellOf(requests, 0, 1e9);
    cell.flows[1]!.completed -= 1;
    expect(() => collector.closeCell(0, 1e9, cell)).toThrow(/Seed 77, flow write, from 0 to 1000000000 ns/);
  });
});

describe('expectations', () => {
  const judged = (expectation: object): string => {
    const s = scenarioOf({}, events, [{ id: 'e', claim: '', metric: '', ...expectation }]);
    return summarize(s, [recordOf(s, requests)]).expectations[0]!.status;
  };
  it.each([
    [{ metric: 'components.store.utilization', between: [0.75, 0.8] }, 'pass'],
    [{ metric: 'components.store.utilization', between: [0.76, 0.8] }, 'fail'],
    [{ metric: 'components.store.utilization', atMost: 0.75 }, 'pass'],
    [{ metric: 'components.store.utilization', atMost: 0.74 }, 'fail'],
    [{ metric: 'components.store.utilization', atLeast: 0.76 }, 'fail'],
    [{ metric: 'components.store.hottestKey.servedWritesPerSecond', atLeast: 249 }, 'pass'],
    [{ metric: 'components.store.shards.0.utilization', atLeast: 0.5 }, 'pass'],
    [{ metric: 'flows.read.errorRatio', phase: 'during:first', atMost: 1 }, 'pass'],
    [{ metric: 'phases.before.flows.read.errorRatio', atMost: 1 }, 'pass'],
    [{ metric: 'flows.read.latencyMs.p99', phase: 'during:second', atMost: 1e9 }, 'fail'],
    [{ metric: 'components.gate.utilization', atMost: 1 }, 'fail'],
  ])('%o: %s', (expectation, status) => {
    expect(judged(expectation)).toBe(status);
  });
  it.each([
    [{ metric: 'flows.read.latencyMs.p99' }, null],
    [{ metric: 'flows.read.failedLatencyMs.p99' }, null],
    [{ metric: 'flows.read.timeByComponentMs.store.queue' }, null],
    [{ metric: 'components.store.hottestKey.offeredReadsPerSecond' }, null],
    [{ metric: 'components.store.staleRatio', window: [3, 4] as [number, number] }, null],
    [{ metric: 'recoveryMs.first.read' }, null],
    [{ metric: 'flows.read.errorRatio', phase: 'after:second' }, null],
    [{ metric: 'flows.read.latencyMs.p98' }, 'metric'],
    [{ metric: 'flows.nobody.latencyMs.p99' }, 'metric'],
    [{ metric: 'flows.read.latencyMs' }, 'metric'],
    [{ metric: 'components.store.__proto__' }, 'metric'],
    [{ metric: 'recoveryMs.third.read' }, 'metric'],
    [{ metric: 'phases.before.flows.read.errorRatio', phase: 'before' }, 'metric'],
    [{ metric: 'flows.read.errorRatio', phase: 'during:third' }, 'phase'],
  ])('knows before the run whether %o exists', (expectation, unknown) => {
    const near: Record<string, string> = { metric: 'flows.read.latencyMs.p99', phase: 'after:second' };
    const s = scenarioOf({}, events, [{ id: 'e', claim: '', atMost: 1, ...expectation }]);
    expect(unknownMetrics(s, layout)).toEqual(
      unknown === null
        ? []
        : [{ index: 0, unknown, known: expect.arrayContaining([near[unknown]]) as string[] }],
    );
  });
});
