import { findRoot } from '../../scenarios/sampling/index.ts';
import {
  burstyFound,
  erlangMixtureMean,
  erlangMixtureQuantile,
  forkJoinOfTwoMean,
  quorumMean,
  quorumQuantile,
  sumOfExponentialsMean,
  sumOfExponentialsQuantile,
  sumOfExponentialsSurvival,
  ttlHitRatio,
} from '../theory/index.ts';
import {
  constant,
  exponential,
  latencyFigures,
  poissonClient,
  service,
  theoryCase,
  type TheoryCase,
} from './case.ts';

/** Systems of several stations, and what is particular to caches, retries and logs. */
export function networkCases(): TheoryCase[] {
  return [tandem(), jackson(), forkJoin(), retries(), bursty(), quorum(), ttlCache(), backlog()];
}

const free = { holdsServerWhileCalling: false };
const client = { source: 'client', target: 'first' };

function tandem(): TheoryCase {
  const rates = [400, 200];
  return theoryCase({
    id: 'tandem',
    title: 'two M/M/1 in tandem',
    source: 'Burke (1956); Reich (1957); Jackson (1957)',
    nodes: [poissonClient(600), service('first', exponential(1), free), service('second', exponential(1.25))],
    edges: [client, { source: 'first', target: 'second' }],
    seconds: 150,
    figures: latencyFigures('work', {
      mean: sumOfExponentialsMean(rates),
      quantile: (p) => sumOfExponentialsQuantile(p, rates),
    }),
  });
}

/** A split Poisson stream is Poisson in each branch, and nobody overtakes: times along a path are independent. */
function jackson(): TheoryCase {
  const paths = [
    { share: 2 / 3, rates: [400, 1 / 0.0015 - 400] },
    { share: 1 / 3, rates: [400, 1 / 0.003 - 200] },
  ];
  const survival = (t: number): number =>
    paths.reduce((sum, { share, rates }) => sum + share * sumOfExponentialsSurvival(t, rates), 0);
  const quantile = (p: number): number =>
    findRoot((t) => [survival(t) - (1 - p), (survival(t + 1e-7) - survival(t)) / 1e-7], 0, 0.5);
  return theoryCase({
    id: 'jackson',
    title: 'a Jackson network that branches',
    source: 'Jackson (1957); Walrand & Varaiya (1980) for the times along a path',
    nodes: [
      poissonClient(600),
      service('first', exponential(1), { ...free, calls: 'any' }),
      service('left', exponential(1.5)),
      service('right', exponential(3)),
    ],
    edges: [
      client,
      { source: 'first', target: 'left', config: { weight: 2 } },
      { source: 'first', target: 'right', config: { weight: 1 } },
    ],
    seconds: 150,
    figures: [
      ...latencyFigures('work', {
        mean: paths.reduce((sum, { share, rates }) => sum + share * sumOfExponentialsMean(rates), 0),
        quantile,
      }),
      { metric: 'components.left.utilization', exact: 0.6 },
      { metric: 'components.right.utilization', exact: 0.6 },
    ],
  });
}

function forkJoin(): TheoryCase {
  return theoryCase({
    id: 'fork-join',
    title: 'fork-join of two M/M/1',
    source: 'Flatto & Hahn (1984); Nelson & Tantawi (1988), eq. 8',
    nodes: [
      poissonClient(700),
      service('first', constant(0), { servers: 1_000_000, calls: 'parallel' }),
      service('left', exponential(1)),
      service('right', exponential(1)),
    ],
    edges: [client, { source: 'first', target: 'left' }, { source: 'first', target: 'right' }],
    seconds: 150,
    figures: latencyFigures('work', { mean: forkJoinOfTwoMean(700, 1000) }),
  });
}

/** Attempts that fail with p independently: 1 + p + p^2 of them a request, of which p^3 fails for good. */
function retries(): TheoryCase {
  const timeoutMs = 10;
  const p = 0.5;
  return theoryCase({
    id: 'retry-amplification',
    title: 'two retries after time-outs',
    source: 'Brooker, Timeouts, retries and backoff with jitter: a geometric sum',
    nodes: [
      poissonClient(1000),
      service('first', exponential(timeoutMs / 0.6931471805599453), { servers: 1_000_000 }),
    ],
    edges: [{ ...client, config: { timeoutMs, retries: { max: 2, backoffMs: 1, jitter: 1 } } }],
    seconds: 60,
    figures: [
      { metric: 'components.first.throughputPerSecond', exact: 1000 * (1 + p + p * p) },
      { metric: 'flows.work.errorRatio', exact: p * p * p },
      { metric: 'flows.work.offeredPerSecond', exact: 1000 },
    ],
  });
}

/** Bursts of 2.5 times the calm rate. */
function bursty(): TheoryCase {
  const meanSeconds = [0.6, 0.2] as const;
  const burstRatio = 2.5;
  const calm = 550 / (0.75 + 0.25 * burstRatio);
  const found = burstyFound({ rates: [calm, calm * burstRatio], meanSeconds, serviceRate: 1000 });
  return theoryCase({
    id: 'bursty',
    title: 'MMPP/M/1: arrivals in bursts',
    source: 'Neuts (1981), chapter 3: matrix-geometric',
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: {
          flow: 'work',
          arrivals: {
            process: 'bursty',
            ratePerSecond: 550,
            burstRatio,
            meanBurstSeconds: meanSeconds[1],
            meanCalmSeconds: meanSeconds[0],
          },
        },
      },
      service('first', exponential(1)),
    ],
    edges: [client],
    // So many bursts that intervals of the p99.9, of which each burst is one sample, are as wide as they should be.
    seconds: 1200,
    shortSeconds: 60,
    figures: latencyFigures('work', {
      mean: erlangMixtureMean(found, 1000),
      quantile: (p) => erlangMixtureQuantile(p, found, 1000),
    }),
  });
}

/** Three parallel calls of which all have to answer: the slowest of three exponential times. */
function quorum(): TheoryCase {
  const replicas = ['one', 'two', 'three'];
  return theoryCase({
    id: 'slowest-of-three',
    title: 'the slowest of three answers',
    source: 'Renyi (1953): order statistics of exponential times',
    nodes: [
      poissonClient(500),
      service('first', constant(0), { servers: 1_000_000, calls: 'parallel' }),
      ...replicas.map((id) => service(id, exponential(6), { servers: 1_000_000 })),
    ],
    edges: [client, ...replicas.map((target) => ({ source: 'first', target }))],
    seconds: 60,
    figures: latencyFigures('work', {
      mean: quorumMean({ answers: 3, of: 3, mean: 0.006 }),
      quantile: (p) => quorumQuantile(p, { answers: 3, of: 3, mean: 0.006 }),
    }),
  });
}

function ttlCache(): TheoryCase {
  return theoryCase({
    id: 'ttl-cache',
    title: 'a cache of keys that expire',
    source: 'renewal theory: lambda T / (1 + lambda T); Fofack et al. (2012)',
    nodes: [
      poissonClient(1000),
      {
        id: 'first',
        kind: 'Cache',
        config: {
          serviceTime: constant(0),
          keys: { count: 2000, zipfExponent: 0, capacity: 2000, ttlSeconds: 4 },
        },
      },
      { id: 'database', kind: 'Database', config: { servers: 1000, readTime: constant(0) } },
    ],
    edges: [client, { source: 'first', target: 'database' }],
    seconds: 120,
    shortSeconds: 60,
    // All keys are stored first at nearly the same time, and expire in waves that fade by a third a second:
    // after 12 s they still add 1.3e-4 to the hit ratio of the 108 s that follow.
    warmupSeconds: 30,
    figures: [{ metric: 'components.first.hitRatio', exact: ttlHitRatio(0.5, 4) }],
  });
}

/** Workers that stop for T leave lambda T messages, and work them off in lambda T / (mu - lambda). */
function backlog(): TheoryCase {
  const [rate, capacity, stopped] = [1000, 2000, 10];
  const least = rate * stopped;
  const drainSeconds = least / (capacity - rate);
  return theoryCase({
    id: 'backlog',
    title: 'backlog and drain of a log whose workers stop for 10 s',
    source: 'fluid: lambda T, then (mu - lambda) t less; Newell (1982)',
    nodes: [
      poissonClient(rate),
      { id: 'first', kind: 'Queue', config: { partitions: 20, appendTime: constant(0) } },
      { id: 'workers', kind: 'Worker', config: { workers: 20, serviceTime: constant(10) } },
    ],
    edges: [client, { source: 'first', target: 'workers' }],
    timeline: [
      { id: 'stop', atSeconds: 5, kind: 'workers-crash', target: 'workers', durationSeconds: stopped },
    ],
    seconds: 40,
    shortSeconds: 40,
    warmupSeconds: 1,
    figures: [
      { metric: 'components.first.backlog.max', exact: least, tolerance: 30 },
      {
        metric: 'components.first.backlog.mean',
        exact: (0.5 * least * (stopped + drainSeconds)) / 39,
        // What is in hand without any fault: 20 queues M/D/1 that are half busy.
        tolerance: 20,
      },
    ],
  });
}
