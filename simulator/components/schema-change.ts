import type { ConfigOf, TimelineEntry } from '../../scenarios/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import type { NodeContext } from './component.ts';

type Config = ConfigOf<'PostDB'>;

/** An ALTER TABLE that has begun. */
interface Alteration {
  readonly fromSeconds: number;
  readonly schema: Config['schema'];
}

/** The changes of the schema until now, the last one last. */
function alterations({ configs }: NodeContext<Config>): readonly Alteration[] {
  return configs.flatMap(({ fromSeconds, config: { schema } }, i) =>
    i > 0 && configs[i - 1]!.config.schema.version !== schema.version ? [{ fromSeconds, schema }] : [],
  );
}

/** How long a rewrite takes where the table lies in so many parts, s; 0: nothing is rewritten. */
const rewriteSeconds = (
  { change, tableBytes, rewriteBytesPerSecond }: Config['schema'],
  parts: number,
): number => (change === 'rewrite' ? tableBytes / parts / rewriteBytesPerSecond : 0);

/** When Cassandra ends a rewrite that an entry of the timeline, or its undoing, begins (`Component.transitions`). */
export function rewriteTransitions(entry: TimelineEntry, id: string, config: Config): readonly number[] {
  if (entry.kind !== 'set' || !entry.path.startsWith(`${id}.schema`)) return [];
  const length = rewriteSeconds(config.schema, config.partitions);
  if (length === 0) return [];
  return entry.durationSeconds === null ? [length] : [length, entry.durationSeconds + length];
}

/**
 * Do the replicas of a Cassandra ring rewrite their ranges now? Refuses a change that comes before all
 * nodes have heard of the one before: two at a time may leave the nodes with different schemas for good.
 */
export function rewritesRanges(node: NodeContext<Config>): boolean {
  const changes = alterations(node);
  const tooEarly = changes.find(
    ({ fromSeconds }, i) =>
      i > 0 && fromSeconds < changes[i - 1]!.fromSeconds + changes[i - 1]!.schema.agreementSeconds,
  );
  if (tooEarly !== undefined)
    node.refuse(
      `The schema changes at ${tooEarly.fromSeconds} s, before all nodes agree on the change before it.`,
      'Let it come later, by `schema.agreementSeconds` at least.',
    );
  // The stretch after a rewrite begins at its end to the nanosecond.
  return changes.some(
    ({ fromSeconds, schema }) =>
      fromSeconds + rewriteSeconds(schema, node.config.partitions) - node.fromSeconds > 1e-9,
  );
}

/** How long a statement of PostgreSQL waits for the table, ns, by where it is executed; null: no change has come. */
export interface TableLock {
  readonly primary: NativeRef;
  /** A replica takes the lock when the change has it, and so knows nothing of the wait before. */
  readonly replica: NativeRef;
}

/**
 * The exclusive lock of ALTER TABLE (PostgreSQL documentation, "Explicit locking"): it waits for the open
 * transactions, and whatever comes later waits behind it, until the change is committed.
 */
export function tableLock(node: NodeContext<Config>): TableLock | null {
  const changes = alterations(node);
  if (changes.length === 0) return null;
  const locks = changes.map(({ fromSeconds, schema }) => {
    const heldFrom = fromSeconds + schema.longestTransactionSeconds;
    const length = schema.change === 'rewrite' ? rewriteSeconds(schema, 1) : schema.lockMs / 1000;
    return { queuedFrom: fromSeconds, heldFrom, until: heldFrom + length };
  });
  const wait = (name: string, from: 'queuedFrom' | 'heldFrom'): NativeRef =>
    node.native(name, (run) => (frame) => {
      let timeSeconds = run.time(frame) / 1e9;
      for (const lock of locks)
        if (timeSeconds >= lock[from]) timeSeconds = Math.max(timeSeconds, lock.until);
      return Math.max(0, Math.round(timeSeconds * 1e9) - run.time(frame));
    });
  return { primary: wait('wait-for-table', 'queuedFrom'), replica: wait('wait-for-table-copy', 'heldFrom') };
}
