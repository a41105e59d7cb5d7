import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Where a request spends its time: one label of the latency histogram. */
export type Hop = 'server' | 'upstream' | 'cassandra' | 'redis' | 'kafka' | 'object-store' | 'work';

/** The process's own measurements, offered at `/metrics` in the Prometheus text format. */
export interface Telemetry {
  readonly registry: Registry;
  /** Adds one observation. `outcome`: `ok`, `error`, or a class of HTTP status like `2xx`. */
  observe(hop: Hop, operation: string, outcome: string, seconds: number): void;
  /** Measures `work`, whether it succeeds or throws. */
  time<Result>(hop: Hop, operation: string, work: () => Promise<Result>): Promise<Result>;
}

/** Upper bounds, s: half a millisecond to ten seconds. */
const buckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** @param instance label of every metric, e.g. `upload-service-2` */
export function createTelemetry(instance: string): Telemetry {
  const registry = new Registry();
  registry.setDefaultLabels({ instance });
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'fanout_lab_hop_duration_seconds',
    help: 'Time of one operation at one hop',
    labelNames: ['hop', 'operation', 'outcome'],
    buckets,
    registers: [registry],
  });
  // Looked up once: finding a series by its labels costs more than all else of an observation.
  const known = new Map<string, { observe(seconds: number): void }>();
  const telemetry: Telemetry = {
    registry,
    observe(hop, operation, outcome, seconds) {
      const key = `${hop} ${operation} ${outcome}`;
      let series = known.get(key);
      if (series === undefined) known.set(key, (series = durations.labels(hop, operation, outcome)));
      series.observe(seconds);
    },
    async time(hop, operation, work) {
      const startedMs = performance.now();
      let outcome = 'error';
      try {
        const result = await work();
        outcome = 'ok';
        return result;
      } finally {
        telemetry.observe(hop, operation, outcome, (performance.now() - startedMs) / 1000);
      }
    },
  };
  return telemetry;
}
