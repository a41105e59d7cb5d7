import type { Interval } from '../../result.ts';
import type { Experiment } from './experiment.ts';

/** What a claim allows, in its unit; the same words as in a scenario's expectations. */
export interface Bounds {
  readonly between?: readonly [number, number];
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A figure with its 95 % interval; null where arithmetic leaves none, or one run gives none. */
export interface Observation {
  readonly value: number | null;
  readonly ci95: Interval | null;
}

/** Figures of the experiments that were run. */
export type Evidence = (experiment: Experiment, figure: string) => Observation;

/** The claim judged with another value of a parameter: one side of the value at which it flips. */
export interface Side {
  readonly at: number;
  readonly observed: number | null;
}

/** The parameter on which a claim turns. */
export interface Turn {
  /** Path in the design, or the name of a cited figure. */
  readonly parameter: string;
  /**
   * Who says what its value is. `seed`: the published design, so that the claim holds or fails by it.
   * `open`: nobody, so that the claim depends on it.
   */
  readonly stated: 'seed' | 'open';
  readonly flipsAt: number;
  readonly unit: string;
  /** One judgement below and one above. */
  readonly sides: (evidence: Evidence) => readonly [Side, Side];
}

/** A statement of the published design, and how it is judged. One figure a claim. */
export interface Claim {
  readonly id: string;
  /** In our own words. */
  readonly claim: string;
  /** Built-in scenario that the runs are made from; `arithmetic` where none is needed. */
  readonly scenario: string;
  readonly unit: string;
  readonly expected: Bounds;
  /** What has to be run before it can be judged. */
  readonly runs: readonly Experiment[];
  readonly observe: (evidence: Evidence) => Observation;
  readonly turn?: Turn;
  /** Where those options touch it. */
  readonly again?: SecondJudgement;
  /** Why, and on which assumption it rests; one or two sentences. */
  readonly why: string | ((evidence: Evidence) => string);
}

/**
 * The second judgement: with each option of the wiring as a design drawn from scratch has it. A missing feed
 * is rebuilt by a query for each followed author, counts are read for each post, pushes begin no feeds.
 */
export type SecondJudgement = Pick<Claim, 'runs' | 'observe'> & { readonly why: string };

/** A claim that no simulator can judge. */
export interface NotJudged {
  readonly id: string;
  readonly claim: string;
  readonly reason: string;
}

/** Arithmetic has no error of its own. */
export function exactly(value: number): Observation {
  return { value, ci95: null };
}

/** The published design says "about" and rounds to one or two digits: a tenth either way is still about. */
export function about(value: number): Bounds {
  return { between: [0.9 * value, 1.1 * value] };
}

/** A figure times a known constant, such as the shards that a short form leaves out. */
export function times({ value, ci95 }: Observation, factor: number): Observation {
  return {
    value: value === null ? null : factor * value,
    ci95: ci95 === null ? null : [factor * ci95[0], factor * ci95[1]],
  };
}
