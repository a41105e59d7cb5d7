import type { Scenario } from '../../scenarios/index.ts';
import type { Lateness } from './generator.ts';

/** What the process of the generator is told, over the channel that Node opens to a child. */
export type ToGenerator =
  | {
      readonly type: 'prepare';
      /** The bench-scale form. */
      readonly scenario: Scenario;
      readonly seed: number;
      /** Where the history is written. */
      readonly historyFile: string;
    }
  /** @see HistoryStart */
  | { readonly type: 'go'; readonly startedAtMs: number };

/** What it answers. */
export type FromGenerator =
  /** Of the set-up. */
  | {
      readonly type: 'progress';
      readonly step: 'posts' | 'images' | 'feeds';
      readonly done: number;
      readonly of: number;
    }
  | { readonly type: 'ready' }
  /** The history is written. */
  | { readonly type: 'done'; readonly operations: number; readonly lateness: Lateness }
  | { readonly type: 'fault'; readonly message: string };
