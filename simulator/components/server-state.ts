import type { ConfigOf, TimelineEntry } from '../../scenarios/index.ts';
import { ZONES, type ActiveFault } from '../faults/active-fault.ts';

type PostgreSQLConfig = ConfigOf<'PostDB'>['postgresql'];

/** The server that writes as long as nothing happens to it. Server i lies in zone i mod 3. */
const FIRST_PRIMARY = 0;

/** Who does what in a PostgreSQL cluster. */
export interface ServerState {
  /** The server that writes; null: none, until one is promoted. */
  readonly primary: number | null;
  /** Servers that are asked for reads. */
  readonly readers: readonly number[];
  /** Servers that are gone without anybody knowing: a statement sent there waits in vain. */
  readonly lost: readonly number[];
}

type Stage = 'undetected' | 'detected' | 'replaced';

function stages({ detectionSeconds, failoverSeconds }: PostgreSQLConfig): readonly {
  readonly atSeconds: number;
  readonly stage: Stage;
}[] {
  return [
    { atSeconds: detectionSeconds, stage: 'detected' },
    { atSeconds: Math.max(detectionSeconds, failoverSeconds), stage: 'replaced' },
  ];
}

/** Transitions of the servers after a timeline entry (`Component.transitions`). */
export function serverTransitions(entry: TimelineEntry, config: PostgreSQLConfig): readonly number[] {
  if (entry.kind !== 'zone-loss') return [];
  const { durationSeconds } = entry;
  return stages(config)
    .map(({ atSeconds }) => atSeconds)
    .filter((atSeconds) => durationSeconds === null || atSeconds < durationSeconds);
}

/**
 * Who does what while zones are gone. A server that comes back has its old part again: which of them
 * writes makes no difference to a request.
 */
export function serverState(faults: readonly ActiveFault[], config: PostgreSQLConfig): ServerState {
  const servers = Array.from({ length: 1 + config.readReplicas }, (_, server) => server);
  const stageOf = (server: number): Stage | null => {
    const found = faults.flatMap(({ entry, ended, transition }): Stage[] =>
      entry.kind === 'zone-loss' && !ended && server % ZONES === entry.zone
        ? [transition === 0 ? 'undetected' : stages(config)[transition - 1]!.stage]
        : [],
    );
    return (['replaced', 'detected', 'undetected'] as const).find((stage) => found.includes(stage)) ?? null;
  };
  /** Those that are there, as far as anybody knows. */
  const known = servers.filter((server) => [null, 'undetected'].includes(stageOf(server)));
  const lost = servers.filter((server) => stageOf(server) === 'undetected');
  const replicas = known.filter((server) => server !== FIRST_PRIMARY);
  const promoted =
    stageOf(FIRST_PRIMARY) === 'replaced'
      ? (replicas.find((server) => !lost.includes(server)) ?? null)
      : null;
  const primary = known.includes(FIRST_PRIMARY) ? FIRST_PRIMARY : promoted;
  const readers = replicas.filter((server) => server !== promoted);
  return { primary, readers: readers.length > 0 ? readers : primary === null ? [] : [primary], lost };
}
