import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';

/** A figure of a result for which theory has a value. */
export interface ExactFigure {
  /** Path in the result, e.g. `flows.work.latencyMs.p99`. */
  readonly metric: string;
  readonly exact: number;
  /** How far the theory itself may be off; absent: it is exact. */
  readonly tolerance?: number;
}

/** A system that theory has an answer for. */
export interface TheoryCase {
  readonly id: string;
  /** In Kendall's notation where it has one. */
  readonly title: string;
  /** Who found the answer. */
  readonly source: string;
  /** Long enough that bias from the start is no part of an interval. */
  readonly scenario: Scenario;
  /** The same, as long as the short form of the suite takes it. */
  readonly short: Scenario;
  readonly figures: readonly ExactFigure[];
}

/** What a case has of its own. Times in seconds. */
export interface CaseParts extends Omit<TheoryCase, 'scenario' | 'short'> {
  readonly nodes: readonly { readonly id: string; readonly kind: string; readonly config: object }[];
  readonly edges: readonly { readonly source: string; readonly target: string; readonly config?: object }[];
  readonly timeline?: readonly object[];
  readonly seconds: number;
  /** Of the short form; default: a fifth. */
  readonly shortSeconds?: number;
  /** Left out at the beginning; default: a tenth of the short form. */
  readonly warmupSeconds?: number;
}

/** A case from its parts. */
export function theoryCase({ nodes, edges, timeline, seconds, ...parts }: CaseParts): TheoryCase {
  const shortSeconds = parts.shortSeconds ?? seconds / 5;
  const warmupSeconds = parts.warmupSeconds ?? shortSeconds / 10;
  const scenarioOf = (durationSeconds: number): Scenario =>
    checkScenario(
      {
        format: 'fanout-lab/scenario',
        version: 1,
        id: parts.id,
        title: parts.title,
        description: parts.source,
        design: { nodes, edges },
        timeline: timeline ?? [],
        run: { durationSeconds, warmupSeconds, seed: 1 },
      },
      { find: findBuiltin },
    ).scenario;
  const { id, title, source, figures } = parts;
  return { id, title, source, figures, scenario: scenarioOf(seconds), short: scenarioOf(shortSeconds) };
}

const percentiles = { p50: 0.5, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** Mean and percentiles of a flow's latency, from theory in seconds. */
export function latencyFigures(
  flow: string,
  theory: { readonly mean?: number; readonly quantile?: (p: number) => number },
): ExactFigure[] {
  const path = `flows.${flow}.latencyMs`;
  return [
    ...(theory.mean === undefined ? [] : [{ metric: `${path}.mean`, exact: 1000 * theory.mean }]),
    ...(theory.quantile === undefined
      ? []
      : Object.entries(percentiles).map(([name, p]) => ({
          metric: `${path}.${name}`,
          exact: 1000 * theory.quantile!(p),
        }))),
  ];
}

/** A client with one Poisson flow called `work`. */
export const poissonClient = (ratePerSecond: number) => ({
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond } },
});

export const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });
export const constant = (ms: number) => ({ distribution: 'constant', ms });

/** A `Service`. */
export const service = (id: string, serviceTime: object, config: object = {}) => ({
  id,
  kind: 'Service',
  config: { serviceTime, ...config },
});
