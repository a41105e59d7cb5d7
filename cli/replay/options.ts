/** What the command line of `replay` says. */
export interface ReplayCommandOptions {
  readonly small: boolean;
  readonly seed?: number;
  readonly duration?: number;
  readonly json?: string;
  readonly history?: string;
  readonly lateness?: number;
  readonly check: boolean;
  readonly allowExternal: readonly string[];
}
