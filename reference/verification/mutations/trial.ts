import type { Stack } from '../../stack/index.ts';
import type { Users } from '../users.ts';

/** What a course of events can do. Processes are named without their number: all of them at once. */
export interface Trial {
  readonly stack: Stack;
  /** Posts; nobody's whale. */
  readonly author: string;
  /** Their feeds are cached before the trial begins. */
  readonly followers: readonly string[];
  readonly users: Users;
  readonly photo: Buffer;
  readonly freshAfterMs: number;
  pause(name: string): void;
  resume(name: string): void;
  kill(name: string): Promise<void>;
  /** Starts those that were killed again; what they need to be ready is waited for after the trial. */
  restart(name: string): Promise<void>;
  pauseProcess(id: string): void;
  resumeProcess(id: string): void;
  /** Ids of the two nodes that have slot 0. */
  firstShard(): { readonly primary: string; readonly replica: string };
  /** Lets a primary of the cache drop the connections to its replicas. */
  cutReplication(primaryId: string): Promise<void>;
  /** Waits until no message is left to do, or for `timeoutMs`. */
  lagZero(timeoutMs: number): Promise<void>;
}
