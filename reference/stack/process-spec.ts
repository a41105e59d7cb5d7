/** What can be left out of a stack, or replaced by a managed endpoint. */
export const stackParts = [
  'redis',
  'cassandra',
  'kafka',
  'object-store',
  'cdn',
  'load-balancers',
  'services',
] as const;
export type StackPart = (typeof stackParts)[number];

/** One process: how it is started, and what it is in terms of a scenario. */
export interface ProcessSpec {
  /** E.g. `redis-3`; also the name of its folder and its log. */
  readonly id: string;
  readonly part: StackPart;
  /** Id of the node in the built-in designs that it is a piece of, e.g. `feed-cache`. */
  readonly node: string;
  /** Position in listings. */
  readonly order: number;
  /** What it listens on, `host:port`. */
  readonly addresses: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What ends it and what it started; SIGKILL where being asked would take long and leave nothing better. */
  readonly stopSignal: 'SIGTERM' | 'SIGKILL';
}

/** With the files that are written once, before the first start. Paths are relative to its folder. */
export interface PlannedProcess extends ProcessSpec {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly folders: readonly string[];
}
