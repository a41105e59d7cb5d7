import type { Result } from '../../result.ts';
import { metricAt } from '../../statistics/index.ts';
import { firedAlerts } from '../alerts.ts';

/** Where a figure of an experiment is found in its result. */
export type FigureSource =
  | {
      /** Path as in an expectation: `flows.feed-read.latencyMs.p99`. */
      readonly metric: string;
      readonly phase?: string;
      /** The figure is `metric` over this one. */
      readonly over?: string;
    }
  | { /** What an expectation of the scenario observed. */ readonly expectation: string }
  | {
      /** Second in which the last step of this series begins that is above the value; 0: none is. */
      readonly series: string;
      readonly lastAbove: number;
    }
  | { /** 1 when that level of the alert fires, else 0. */ readonly alert: string };

/** A run of a built-in scenario, changed in the members given, and the figures that claims look at. */
export interface Experiment {
  readonly id: string;
  /** What it asks, as a sentence. */
  readonly question: string;
  /** Id of the built-in scenario. */
  readonly scenario: string;
  readonly form: 'short' | 'full';
  /** Where a run takes long and its answer is not close; otherwise as many as all others. */
  readonly replications?: 1;
  /** Nodes left out. */
  readonly remove?: readonly string[];
  /** Values by path, over those of the form. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Events in place of the scenario's own. */
  readonly timeline?: readonly Readonly<Record<string, unknown>>[];
  readonly population?: Readonly<Record<string, unknown>>;
  readonly run?: { readonly durationSeconds?: number; readonly warmupSeconds?: number };
  readonly figures: Readonly<Record<string, FigureSource>>;
}

/** Does it run the built-in as it is? Then its digest is that of the built-in. */
export function isUnchanged({ remove, set, timeline, population, run }: Experiment): boolean {
  return [remove, set, timeline, population, run].every((change) => change === undefined);
}

type Document = Readonly<Record<string, unknown>>;

/**
 * The scenario file of an experiment, to be checked like any other: the built-in's form with the
 * experiment's changes over it.
 */
export function experimentDocument(experiment: Experiment, builtin: Document): Document {
  const removed = new Set(experiment.remove ?? []);
  const form = (experiment.form === 'short' ? builtin['short'] : undefined) as Document | undefined;
  const formSet = Object.entries((form?.['set'] ?? {}) as Document).filter(([path]) => {
    const root = path.split('.')[0]!;
    if (root === 'expectations') return false;
    if (root === 'timeline') return experiment.timeline === undefined;
    return !root.split('->').some((node) => removed.has(node));
  });
  return {
    format: 'fanout-lab/scenario',
    version: 1,
    id: experiment.id,
    title: experiment.question,
    design: {
      extends: experiment.scenario,
      remove: [...((form?.['remove'] ?? []) as string[]), ...removed],
      ...(form?.['add'] === undefined ? {} : { add: form['add'] }),
      set: { ...Object.fromEntries(formSet), ...experiment.set },
    },
    ...(experiment.population === undefined ? {} : { population: experiment.population }),
    timeline: experiment.timeline ?? builtin['timeline'] ?? [],
    run: { ...((form?.['run'] ?? {}) as Document), ...experiment.run },
  };
}

/** The figure in a result; null when it has no value there. @throws Error when no such figure exists */
export function figureIn(result: Result, source: FigureSource): number | null {
  if ('alert' in source) return firedAlerts(result).includes(source.alert) ? 1 : 0;
  if ('expectation' in source) {
    const outcome = result.expectations.find(({ id }) => id === source.expectation);
    if (outcome === undefined) throw new Error(`${result.scenario} expects no "${source.expectation}"`);
    return outcome.observed;
  }
  if ('series' in source) {
    const series = result.series[source.series];
    if (!Array.isArray(series))
      throw new Error(`the result of ${result.scenario} has no series ${source.series}`);
    const last = series.findLastIndex((value: number | null) => value !== null && value > source.lastAbove);
    return Math.max(0, last) * result.series.stepSeconds;
  }
  const figures = source.phase === undefined ? result : result.phases[source.phase];
  const read = (path: string): number | null => {
    const value = metricAt(figures, path);
    if (value === undefined) throw new Error(`the result of ${result.scenario} has no figure ${path}`);
    return value;
  };
  const value = read(source.metric);
  if (source.over === undefined || value === null) return value;
  const divisor = read(source.over);
  return divisor === null || divisor === 0 ? null : value / divisor;
}
