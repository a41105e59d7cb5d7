import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import { web } from './designs.fixture.ts';
import { scenarioOf } from './engine.fixture.ts';
import { QueueBooks } from './queue-books.ts';
import { Run } from './run.ts';

describe('the books of a queue', () => {
  const fresh = (mode: 'recursion' | 'tokens' | 'sharing'): QueueBooks => {
    const books = new QueueBooks([{ name: 'shop/servers', component: 0, mode }], ['shop']);
    // Three were served for 4 ns each, after waits of 0, 3 and 6 ns; one gave up after 2, and one waits for 5.
    books.waitingArea[0] = 16;
    books.busyArea[0] = books.served[0] = 12;
    books.waited[0] = books.waits[0] = 9;
    books.gaveUp[0] = 2;
    books.stillWaiting[0] = 5;
    books.began[0] = books.finished[0] = 3;
    return books;
  };

  it.each(['recursion', 'tokens', 'sharing'] as const)('agree when they do (%s)', (mode) => {
    expect(fresh(mode).disagreement(true)).toBeNull();
  });

  it.each([
    ['waitingArea', 1, 'covers 17 ns, and all waits together are 16 ns'],
    ['waited', 1, 'all waits together are 17 ns'],
    ['gaveUp', -1, 'all waits together are 15 ns'],
    ['before', 1, 'covers 17 ns'],
    ['busyArea', 1, 'in service covers 13 ns, and all services together are 12 ns'],
    ['waits', -1, 'all waits together are 15 ns'],
    ['began', 1, '4 services began, and 3 ended or go on'],
    ['inService', 1, '3 services began, and 4 ended or go on'],
  ] as const)('show a difference of one: %s', (name, difference, sentence) => {
    const books = fresh('tokens');
    books[name][0]! += difference;
    expect(books.disagreement(true)).toContain(sentence);
  });

  it('know services only where TypeScript did all', () => {
    const books = fresh('tokens');
    books.served[0] = 0;
    expect(books.disagreement(false)).toBeNull();
  });

  it('leave jobs that share servers the rounding of each, and no more', () => {
    const books = fresh('sharing');
    books.rounded[0] = 3;
    books.waitingArea[0] = 22;
    expect(books.disagreement(true)).toBeNull();
    books.waitingArea[0] = 23;
    expect(books.disagreement(true)).not.toBeNull();
  });
});

/** Messages that a log feeds to workers in batches, some of which crash, and a queue that grows all the time. */
const worn = scenarioOf({
  nodes: [
    { id: 'client', kind: 'Client', config: { arrivals: { process: 'poisson', ratePerSecond: 400 } } },
    {
      id: 'front',
      kind: 'Service',
      config: { servers: 2, serviceTime: { distribution: 'constant', ms: 1 } },
    },
    { id: 'log', kind: 'Queue', config: { partitions: 4 } },
    {
      id: 'workers',
      kind: 'Worker',
      config: { workers: 3, batch: 5, serviceTime: { distribution: 'exponential', meanMs: 40 } },
    },
    { id: 'slow', kind: 'Service', config: { servers: 2, serviceTime: { distribution: 'constant', ms: 8 } } },
  ],
  edges: [
    { source: 'client', target: 'front' },
    { source: 'front', target: 'log' },
    { source: 'log', target: 'workers' },
    { source: 'front', target: 'slow', config: { timeoutMs: 20 } },
  ],
  timeline: [
    { id: 'crash', kind: 'workers-crash', target: 'workers', workers: 2, atSeconds: 2, durationSeconds: 1 },
    { id: 'more', kind: 'set', atSeconds: 3, path: 'slow.servers', value: 3 },
    { id: 'fewer', kind: 'set', atSeconds: 4, path: 'slow.servers', value: 1 },
  ],
  durationSeconds: 6,
});

/** Jobs that share servers, of which there are fewer and then more. */
const shared = scenarioOf({
  nodes: [
    { id: 'client', kind: 'Client', config: { arrivals: { process: 'poisson', ratePerSecond: 150 } } },
    {
      id: 'shop',
      kind: 'Service',
      config: {
        servers: 2,
        discipline: 'processor-sharing',
        serviceTime: { distribution: 'exponential', meanMs: 10 },
      },
    },
  ],
  edges: [{ source: 'client', target: 'shop', config: { timeoutMs: 500 } }],
  timeline: [
    { id: 'fewer', kind: 'set', atSeconds: 1, path: 'shop.servers', value: 1 },
    { id: 'more', kind: 'set', atSeconds: 3, path: 'shop.servers', value: 4 },
  ],
  durationSeconds: 6,
});

describe('a run', () => {
  it.each([
    ['jobs that share servers that come and go', shared],
    ['calls, time-outs and shared servers', web],
    ['logs, crashes and servers that come and go', worn],
  ])('ends with books that agree, with and without the kernel: %s', (_, scenario) => {
    for (const take of [() => undefined, (run: Run) => run.stopKernel()]) {
      const run = new Run(compile(scenario), 7);
      take(run);
      run.advance();
      expect(run.done).toBe(true);
    }
  });

  it('that loses a request on its way through a queue ends with the seed that replays it', () => {
    const run = new Run(compile(worn), 7);
    run.advance({ untilSeconds: 5 });
    const { occupancy } = (run as unknown as { machine: { occupancy: { queued: Int32Array } } }).machine;
    occupancy.queued[occupancy.queued.findIndex((waiting) => waiting > 3)]! -= 1;
    expect(() => run.advance()).toThrow(
      /^The books of a queue do not agree\. Seed 7: at \S+ \d+ wait, and \d+ are in the books\.$/,
    );
  });
});
