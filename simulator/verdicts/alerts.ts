import type { Result } from '../result.ts';
import { metricAt } from '../statistics/index.ts';

/**
 * The published design's alerts, as rules over a result. A level is named `<alert>` or
 * `<alert>:<level>`. The seventh, on changes of the whale flag a day, states no threshold: there is
 * nothing that it could fire at.
 */
export interface AlertLevel {
  readonly id: string;
  /** The rule in words. */
  readonly rule: string;
  readonly threshold: number;
  readonly unit: string;
  readonly fires: (result: Result) => boolean;
}

/** For how long images have to be processed more slowly than they come before somebody is called, s. */
const SLOW_IMAGES_SECONDS = 300;
/** The rates of what comes and what is done differ by chance; below this share of it is less. */
const NOTICEABLE = 0.95;
/** Rates are compared over stretches of this length: single arrivals make one second no rate, s. */
const RATE_WINDOW_SECONDS = 30;

const figure = (result: Result, path: string): number | null => metricAt(result, path) ?? null;

/** Does the largest value of a series of one value a step exceed the threshold? */
function anyAbove(result: Result, path: string, threshold: number): boolean {
  const series = result.series[path];
  return Array.isArray(series) && series.some((value: number | null) => value !== null && value > threshold);
}

/** Longest stretch for which each whole window of it had fewer images finished than photos uploaded, s. */
function slowImagesSeconds({ series }: Result): number {
  const done = series['flows.image-processing.completedPerSecond'];
  const came = series['flows.image-processing.offeredPerSecond'];
  if (!Array.isArray(done) || !Array.isArray(came)) return 0;
  const steps = Math.max(1, Math.floor(RATE_WINDOW_SECONDS / series.stepSeconds + 0.5));
  const sum = (values: readonly (number | null)[], from: number) =>
    values.slice(from, from + steps).reduce<number>((total, value) => total + (value ?? 0), 0);
  let longest = 0;
  let slow = 0;
  for (let from = 0; from + steps <= done.length; from += steps) {
    slow = sum(done, from) < NOTICEABLE * sum(came, from) ? slow + steps * series.stepSeconds : 0;
    longest = Math.max(longest, slow);
  }
  return longest;
}

const fanoutLag = (threshold: number) => (result: Result) =>
  (figure(result, 'flows.fanout.latencyMs.max') ?? 0) > 1000 * threshold;

const redisMemory = (threshold: number) => (result: Result) =>
  anyAbove(result, 'components.feed-cache.highestMemoryRatio', threshold);

export const alertLevels: readonly AlertLevel[] = [
  {
    id: 'feed-latency',
    rule: 'p99 of feed reads above 300 ms',
    threshold: 300,
    unit: 'ms',
    fires: (result) => anyAbove(result, 'flows.feed-read.latencyMs.p99', 300),
  },
  {
    id: 'fanout-lag:alert',
    rule: 'a fan-out more than 30 s behind',
    threshold: 30,
    unit: 's',
    fires: fanoutLag(30),
  },
  {
    id: 'fanout-lag:critical',
    rule: 'a fan-out more than 60 s behind',
    threshold: 60,
    unit: 's',
    fires: fanoutLag(60),
  },
  {
    id: 'image-throughput',
    rule: 'fewer images processed than uploaded, for 5 minutes',
    threshold: SLOW_IMAGES_SECONDS,
    unit: 's',
    fires: (result) => slowImagesSeconds(result) >= SLOW_IMAGES_SECONDS,
  },
  {
    id: 'cdn-hit-rate',
    rule: 'CDN hit ratio below 90 %',
    threshold: 0.9,
    unit: 'ratio',
    fires: (result) => (figure(result, 'components.cdn.hitRatio') ?? 1) < 0.9,
  },
  {
    id: 'write-latency',
    rule: 'p99 of the writes of one partition above 50 ms',
    threshold: 50,
    unit: 'ms',
    fires: (result) => (figure(result, 'flows.like.latencyMs.p99') ?? 0) > 50,
  },
  {
    id: 'redis-memory:alert',
    rule: 'memory of a Redis node above 80 %',
    threshold: 0.8,
    unit: 'ratio',
    fires: redisMemory(0.8),
  },
  {
    id: 'redis-memory:critical',
    rule: 'memory of a Redis node above 90 %',
    threshold: 0.9,
    unit: 'ratio',
    fires: redisMemory(0.9),
  },
];

/** Ids of the levels that fire. */
export function firedAlerts(result: Result): string[] {
  return alertLevels.filter(({ fires }) => fires(result)).map(({ id }) => id);
}
