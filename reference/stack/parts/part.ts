import type { ApplicationSettings } from '../../contract/index.ts';
import type { Endpoints, Part, PartEndpoint, Routes } from '../../endpoints/index.ts';
import type { PortOf } from '../ports.ts';
import type { PlannedProcess } from '../process-spec.ts';
import type { Profile } from '../profile.ts';
import type { Programs } from '../programs.ts';

/** What a part's configuration is made from. */
export interface PlanContext {
  readonly profile: Profile;
  readonly ports: PortOf;
  readonly settings: ApplicationSettings;
  /** Where a process of the stack reaches others: directly, or through fault proxies. */
  readonly routes: (processId: string) => Routes;
  readonly redisNodeTimeoutMs: number;
  /** Folder of a process. */
  readonly directoryOf: (processId: string) => string;
  /** Jars of a set, once fetched. */
  readonly jars: (set: 'cassandra' | 'kafka' | 'object-store') => readonly string[];
  /** What a formatted broker's storage begins with. */
  readonly kafkaBootstrap: () => Uint8Array;
  readonly programs: Programs;
}

/** A part that this stack starts. */
export interface PartPlan {
  readonly processes: readonly PlannedProcess[];
  /** Where others find it. */
  readonly endpoints: Readonly<Partial<Record<Part, PartEndpoint>>>;
  /**
   * One look at whether all of it works.
   *
   * @returns null when it does, otherwise what is missing
   */
  readonly check: (endpoints: Endpoints) => Promise<string | null>;
  /** Returns when a process that was killed may come back without harm. */
  readonly beforeRestart?: (processId: string) => Promise<void>;
}

export const loopback = '127.0.0.1';

export function plainEndpoint(
  hosts: readonly { readonly host: string; readonly port: number }[],
  further: Partial<PartEndpoint> = {},
): PartEndpoint {
  return { tls: false, hosts, user: null, password: null, path: '', options: {}, ...further };
}
