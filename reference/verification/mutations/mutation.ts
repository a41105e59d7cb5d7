import type { PromiseId } from '../../checker/index.ts';
import type { Trial } from './trial.ts';

/** A guard of the reference stack, how it is taken out, and what then goes wrong. */
export interface Mutation {
  readonly id: string;
  /** What the guard does, as a sentence. */
  readonly guard: string;
  /** Processes that run without it: names without their number. */
  readonly service: string;
  /** Source file, as its path ends. */
  readonly file: string;
  /** Each text is in the source once. */
  readonly changes: readonly { readonly guard: string; readonly without: string }[];
  /** What happens to the stack, in words. */
  readonly fault: string;
  /** Makes it happen. Ends with all parts running. */
  readonly provoke: (trial: Trial) => Promise<void>;
  /** Promises that are broken without the guard. */
  readonly breaks: readonly PromiseId[];
}
