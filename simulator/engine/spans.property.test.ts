import { describe, expect, it } from 'vitest';
import { checkScenario, findBuiltin, InputError } from '../../scenarios/index.ts';
import { timeCategories, type Span } from '../result.ts';
import type { RunRecord } from '../statistics/index.ts';
import { instagram } from '../components/instagram.fixture.ts';
import { randomDesign } from '../verification/random-design.ts';
import { chain, line, web } from './designs.fixture.ts';
import { scenarioOf } from './engine.fixture.ts';
import { traceAll, type TracedRequest, type TracedRun } from './spans.fixture.ts';

/** Numbers of random designs; fixed in advance. */
const designs = Array.from({ length: 30 }, (_, i) => 5000 + i);
/** Events after which a run is left where it is. */
const EVENTS = 10_000;

/** Traces of a random design; null when it cannot run. */
function traced(number: number): TracedRun | null {
  try {
    const { scenario } = checkScenario(randomDesign(number), { find: findBuiltin });
    return traceAll(scenario, { events: EVENTS });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

const lengthOf = ({ fromNs, toNs }: Span): number => toNs - fromNs;
const criticalTime = ({ spans }: TracedRequest): readonly Span[] =>
  spans.filter(({ critical, category }) => critical && category !== null);

/** What is wrong with the spans of a request; empty: nothing. */
function faultsOf(request: TracedRequest): readonly string[] {
  const { spans, latencyNs } = request;
  const faults: string[] = [];
  const path = criticalTime(request);
  const sum = path.reduce((ns, span) => ns + lengthOf(span), 0);
  if (sum !== latencyNs) faults.push(`${sum} ns on the critical path of ${latencyNs}`);
  // Without a gap or an overlap, but for parts that are another flow's.
  const line = [...path, ...spans.filter(({ apart }) => apart)].sort((a, b) => a.fromNs - b.fromNs);
  let at = 0;
  for (const { fromNs, toNs } of line) {
    if (fromNs !== at) faults.push(`${fromNs} follows ${at}`);
    at = toNs;
  }
  if (at !== spans[0]!.toNs) faults.push(`ends at ${spans[0]!.toNs}, its path at ${at}`);
  spans.forEach((span, i) => {
    if (!(span.toNs >= span.fromNs)) faults.push(`span ${i} ends before it begins`);
    if (span.parent === null) return;
    const parent = spans[span.parent]!;
    if (span.parent >= i) faults.push(`span ${i} is before its parent`);
    if (span.fromNs < parent.fromNs || span.toNs > parent.toNs) faults.push(`span ${i} leaves its parent`);
    if (span.critical && !parent.critical) faults.push(`span ${i} is critical in one that is not`);
  });
  return faults;
}

/** Time of traced successes by flow, component and category: by spans less by the ledger, ns. */
function againstLedger(record: RunRecord, requests: readonly TracedRequest[]): readonly number[] {
  return record.flows.flatMap(({ id, timeCells }, flow) => {
    const sums = new Map<string, number>();
    for (const request of requests)
      if (request.flow === id && request.outcome === null)
        for (const span of criticalTime(request)) {
          const name = `${span.component} ${span.category}`;
          sums.set(name, (sums.get(name) ?? 0) + lengthOf(span));
        }
    return timeCells.map(
      ({ component, category }, cell) =>
        (sums.get(`${component} ${category}`) ?? 0) - record.total.flows[flow]!.time[cell]!,
    );
  });
}

/** A queue whose workers take batches, and lose what they have in hand. */
const crash = scenarioOf({
  nodes: [
    {
      id: 'client',
      kind: 'Client',
      config: { flow: 'work', operation: 'write', arrivals: { process: 'poisson', ratePerSecond: 300 } },
    },
    { id: 'queue', kind: 'Queue', config: { partitions: 4 } },
    {
      id: 'worker',
      kind: 'Worker',
      config: { workers: 3, batch: 5, serviceTime: { distribution: 'exponential', meanMs: 12 } },
    },
  ],
  edges: [
    { source: 'client', target: 'queue' },
    { source: 'queue', target: 'worker' },
  ],
  timeline: [
    { id: 'crash', kind: 'workers-crash', target: 'worker', atSeconds: 1.5, durationSeconds: 0.5 },
    { id: 'again', kind: 'workers-crash', target: 'worker', atSeconds: 2.25, durationSeconds: 0.25 },
  ],
  durationSeconds: 5,
});
/** The published design with hardly a thread, and a worker of its stream that crashes. */
const threads = instagram({
  set: { 'feed-service.instances': 2, 'feed-service.threads': 1 },
  timeline: [
    { id: 'crash', kind: 'workers-crash', target: 'fanout-worker', atSeconds: 1, durationSeconds: 1 },
  ],
  durationSeconds: 4,
});

describe('the spans of a request', () => {
  const seen = {
    requests: 0,
    outcomes: new Set<string>(),
    categories: new Set<string>(),
    branches: 0,
    apart: 0,
  };

  const check = ({ requests }: TracedRun): void => {
    for (const request of requests) {
      const faults = faultsOf(request);
      if (faults.length > 0) throw new Error(`${request.id}: ${faults.join('; ')}`);
      seen.requests++;
      for (const span of request.spans) {
        seen.outcomes.add(span.outcome ?? 'none');
        if (span.category !== null) seen.categories.add(span.category);
        if (span.branch !== null) seen.branches++;
        if (span.apart) seen.apart++;
      }
    }
  };
  const compareWithLedger = ({ run, requests }: TracedRun): void => {
    if (!run.done) return;
    // Sums of doubles in another order: less than a hundredth of a ns.
    for (const difference of againstLedger(run.record(), requests))
      expect(Math.abs(difference)).toBeLessThan(0.01);
  };

  it.each([
    ['a service with cache, database, time-outs, retries and a breaker', web],
    ['two queues in a row', line],
    ['a chain of gateways', chain],
    ['hardly a thread', threads],
  ])('of %s add up to its latency, and to what the ledger has', (_, scenario) => {
    const design = traceAll({ ...scenario, run: { ...scenario.run, durationSeconds: 4 } });
    check(design);
    compareWithLedger(design);
  });

  it('of messages that a crashed worker had in hand add up to their latency', () => {
    // The ledger begins anew when a message is delivered again, spans keep what was lost.
    const design = traceAll(crash);
    check(design);
    const lost = design.requests.filter(({ spans }) => spans.some(({ outcome }) => outcome === 'abandoned'));
    expect(lost.length).toBeGreaterThan(5);
  });

  it.each(designs)('of random design %i add up to its latency', (number) => {
    const design = traced(number);
    if (design === null) return;
    check(design);
    compareWithLedger(design);
  });

  it('were of all kinds', () => {
    expect(seen.requests).toBeGreaterThan(10_000);
    expect([...seen.outcomes].sort()).toEqual(
      expect.arrayContaining(['abandoned', 'none', 'rejected', 'timeout', 'unavailable']),
    );
    expect([...seen.categories].sort()).toEqual([...timeCategories].sort());
    expect(seen.branches).toBeGreaterThan(100);
    expect(seen.apart).toBeGreaterThan(10);
  });
});
