import { z } from '../zod.ts';
import { field } from '../kinds/field.ts';
import { distribution } from './distributions.ts';
import { count, id, milliseconds, positiveMilliseconds, positiveSeconds, ratio } from './quantities.ts';

const retries = z.strictObject({
  max: field(count(0, 100).default(1), {
    title: 'Extra attempts',
    description:
      'Attempts after the first, on timeout, unavailable and rejected only. Each chooses its instance anew: another than the attempt before, where there is one, as HAProxy does with `option redispatch 1`.',
    unit: 'count',
    source: 'one retry, the most that Dean and Barroso (CACM 2013) advise without a budget',
  }),
  backoffMs: field(milliseconds.default(100), {
    title: 'Back-off',
    description: 'Pause before the first retry; doubles with each further one. The caller holds its thread.',
    unit: 'ms',
    source: 'AWS SDK retry behaviour: exponential from 100 ms',
  }),
  jitter: field(ratio.default(1), {
    title: 'Jitter',
    description: 'Share of the back-off that is drawn uniformly.',
    unit: 'ratio',
    source: 'Brooker, Exponential Backoff and Jitter (AWS, 2015): full jitter',
  }),
  budgetRatio: field(ratio.nullable().default(null), {
    title: 'Retry budget',
    description: 'Most retries for each call over the last 10 s. Null: no budget.',
    unit: 'ratio',
    source: 'off unless asked for',
  }),
});

const circuitBreaker = z.strictObject({
  failureRatio: field(z.number().gt(0).max(1).default(0.5), {
    title: 'Failure ratio',
    description: 'Share of failed calls in the window that opens the breaker.',
    unit: 'ratio',
    source: 'resilience4j default',
  }),
  windowSeconds: field(positiveSeconds.default(10), {
    title: 'Window',
    description: 'Time over which failures are counted.',
    unit: 's',
    source: 'the window of the retry budget',
  }),
  minimumCalls: field(count(1, 1_000_000).default(100), {
    title: 'Minimum calls',
    description: 'Calls in the window before the ratio means anything.',
    unit: 'count',
    source: 'resilience4j default',
  }),
  openMs: field(positiveMilliseconds.default(60_000), {
    title: 'Open for',
    description: 'Time for which every call fails at once as `unavailable`.',
    unit: 'ms',
    source: 'resilience4j default',
  }),
  halfOpenCalls: field(count(1, 1_000_000).default(10), {
    title: 'Trial calls',
    description: 'Calls let through after that, which decide whether it closes.',
    unit: 'count',
    source: 'resilience4j default',
  }),
});

/** How a call over an edge behaves. Every member has a default, so `{}` is complete. */
export const edgeConfig = z
  .strictObject({
    latency: field(distribution.nullable().default(null), {
      title: 'Latency',
      description: 'Network time one way, drawn again for the reply. Null: none.',
      unit: 'ms',
      source: 'queueing models have no network',
    }),
    timeoutMs: field(positiveMilliseconds.nullable().default(null), {
      title: 'Timeout',
      description:
        'From sending an attempt to its reply. The caller fails and goes on; the work below continues. Null: waits for ever.',
      unit: 'ms',
      source: 'off unless asked for',
    }),
    retries: field(retries.nullable().default(null), {
      title: 'Retries',
      description: 'What the caller does about a failed attempt. Null: nothing.',
      source: 'off unless asked for',
    }),
    circuitBreaker: field(circuitBreaker.nullable().default(null), {
      title: 'Circuit breaker',
      description: 'Stops calling a target that keeps failing. Null: none.',
      source: 'off unless asked for',
    }),
    weight: field(z.number().gt(0).max(1e6).default(1), {
      title: 'Weight',
      description: 'Share of the calls that take this edge, where the source picks one.',
      unit: 'ratio',
      source: 'equal shares',
    }),
  })
  .meta({ id: 'EdgeConfig', title: 'Edge configuration' });

/** An edge as a file writes it. */
export const edgeFile = z.strictObject({
  source: id.meta({ title: 'Source', description: 'Id of the node that the work comes from.' }),
  target: id.meta({ title: 'Target', description: 'Id of the node that the work goes to.' }),
  config: edgeConfig
    .optional()
    .meta({ title: 'Configuration', description: 'What differs from the defaults.' }),
});
