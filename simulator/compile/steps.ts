import type { Distribution, Edge } from '../../scenarios/index.ts';
import type { TimeCategory } from '../result.ts';
import type { Failure } from '../engine/program.ts';

/**
 * The intermediate form of a procedure: a tree of steps, between what a component says
 * (procedure.ts) and flat code (assemble.ts). Passes of the compiler work on it.
 */
export type Selector =
  | { readonly by: 'fixed'; readonly index: number }
  | { readonly by: 'register'; readonly register: number }
  /** Uniform, from the frame's own random stream of that name. */
  | { readonly by: 'draw'; readonly stream: string };

/** A group of `count` alike stations with consecutive numbers; with replicas, count x replicas. */
export interface StationGroup {
  readonly first: number;
  readonly count: number;
  readonly replicas: number;
  /**
   * `recursion`: unlimited first-come first-served by next-free times (Kiefer and Wolfowitz);
   * `tokens`: the same and more by events; `sharing`: processor sharing.
   */
  readonly mode: 'recursion' | 'tokens' | 'sharing';
  /** Index of the owning component. */
  readonly component: number;
}

/** Which part of the time ledger a step's time belongs to. */
export interface LedgerCell {
  readonly component: number;
  readonly category: TimeCategory;
}

/** Times are multiplied by the factor of the station, of `count` x `replicas`, that is chosen at run time. */
export interface Slowness {
  readonly select: Selector;
  readonly count: number;
  readonly replicas: number;
  /** Stream of the draw of a replica, as a visit draws it; null: none is drawn. */
  readonly replicaStream: string | null;
  readonly factors: readonly number[];
}

export type Step =
  | {
      readonly op: 'delay';
      readonly time: Distribution;
      readonly stream: string;
      readonly cell: LedgerCell;
      readonly slow?: Slowness;
    }
  | {
      readonly op: 'visit';
      readonly group: StationGroup;
      readonly select: Selector;
      /** How many replicas do the work, and how many must have answered. */
      readonly touched: number;
      readonly needed: number;
      /** Replicas that can be asked; null: all. */
      readonly among: readonly number[] | null;
      readonly time: Distribution;
      readonly stream: string;
      readonly slow?: Slowness;
    }
  | {
      readonly op: 'hold';
      readonly group: StationGroup;
      readonly select: Selector;
      readonly priority: number;
      readonly category: TimeCategory;
      readonly body: readonly Step[];
    }
  | {
      readonly op: 'call';
      readonly edge: Edge;
      readonly operation: string;
      readonly select: Selector | null;
      /** Register whose value the callee finds in its register 1; null: none. */
      readonly pass: number | null;
      /** Around each attempt: the choice of its instance, and what follows however it ended. */
      readonly before: readonly Step[];
      readonly after: readonly Step[];
      readonly stream: string;
      readonly priority: number;
    }
  | { readonly op: 'attempt'; readonly body: readonly Step[]; readonly onFailure: readonly Step[] }
  /** Runs `after` whether the body failed or not; a failure goes on. */
  | { readonly op: 'ensure'; readonly body: readonly Step[]; readonly after: readonly Step[] }
  | {
      readonly op: 'chance';
      readonly probability: number;
      readonly stream: string;
      readonly then: readonly Step[];
      readonly otherwise: readonly Step[];
    }
  | { readonly op: 'switch'; readonly register: number; readonly cases: readonly (readonly Step[])[] }
  | { readonly op: 'repeat'; readonly register: number; readonly body: readonly Step[] }
  | { readonly op: 'parallel'; readonly branches: readonly (readonly Step[])[]; readonly stream: string }
  | { readonly op: 'apart'; readonly flow: number; readonly stream: string; readonly body: readonly Step[] }
  | { readonly op: 'detach'; readonly stream: string; readonly body: readonly Step[] }
  | { readonly op: 'fail'; readonly failure: Failure }
  | { readonly op: 'set'; readonly register: number; readonly value: number }
  | { readonly op: 'draw'; readonly register: number; readonly count: number; readonly stream: string }
  | { readonly op: 'native'; readonly native: number; readonly register: number; readonly shared: boolean }
  | { readonly op: 'count'; readonly counter: number; readonly amount: number }
  /** Goes on at the point of that name in the program of the design as it is now. */
  | { readonly op: 'reenter'; readonly point: string }
  /** Time that a function of the component gives, ns. */
  | { readonly op: 'pause'; readonly native: number; readonly cell: LedgerCell }
  | {
      readonly op: 'spawn';
      readonly root: string;
      readonly stream: string;
      readonly pass: number | null;
    }
  | { readonly op: 'append'; readonly log: number; readonly select: Selector; readonly register: number }
  | { readonly op: 'admit'; readonly log: number }
  | { readonly op: 'commit'; readonly log: number; readonly register: number }
  | {
      readonly op: 'pick';
      readonly balancer: number;
      readonly register: number;
      readonly stream: string;
      /** The policy takes the instances in turn, and so depends on nothing but the order of requests. */
      readonly inTurn: boolean;
    }
  | { readonly op: 'unpick'; readonly balancer: number; readonly register: number }
  | {
      readonly op: 'limit';
      readonly limiter: number;
      readonly register: number;
      readonly write: boolean;
      readonly cell: LedgerCell;
    };

/** The step with each block inside it replaced. */
export function mapBlocks(step: Step, change: (block: readonly Step[]) => readonly Step[]): Step {
  switch (step.op) {
    case 'hold':
    case 'repeat':
    case 'apart':
    case 'detach':
      return { ...step, body: change(step.body) };
    case 'attempt':
      return { ...step, body: change(step.body), onFailure: change(step.onFailure) };
    case 'call':
      return { ...step, before: change(step.before), after: change(step.after) };
    case 'ensure':
      return { ...step, body: change(step.body), after: change(step.after) };
    case 'chance':
      return { ...step, then: change(step.then), otherwise: change(step.otherwise) };
    case 'switch':
      return { ...step, cases: step.cases.map(change) };
    case 'parallel':
      return { ...step, branches: step.branches.map(change) };
    default:
      return step;
  }
}
