import type { ConfigOf } from '../../scenarios/index.ts';
import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';
import type { StationGroup } from '../compile/steps.ts';
import type { NodeContext } from './component.ts';

type Config = ConfigOf<'PostDB'>;

/** The ranges of a token ring that serve now. */
export interface TokenRing {
  /** Their replicas. */
  readonly station: StationGroup;
  readonly ranges: number;
  /** Range of a key, by hashes, as the partitioner of the ring finds it. */
  rangeOf(key: number): number;
}

/**
 * Ranges of the nodes that were there from the start, then those of added nodes. A range that is added
 * takes an equal share of each of the others, so that a key stays where it is or goes to an added one
 * (Karger et al., Consistent Hashing and Random Trees, STOC 1997). It is never divided.
 */
export function tokenRing(node: NodeContext<Config>): TokenRing {
  const { partitions, addedPartitions, replicas, concurrency } = node.config;
  const later = node.timeline.flatMap((entry) =>
    entry.kind === 'set' && entry.path === `${node.id}.addedPartitions` ? [Number(entry.value)] : [],
  );
  const station = node.stations('replicas', {
    count: partitions + Math.max(addedPartitions, ...later),
    replicas,
    servers: concurrency,
    counts: 'servers',
    shards: true,
  });
  const ranges = partitions + addedPartitions;
  const hash = (key: number, name: string, among: number): number =>
    Math.floor((drawUint32(key, 0, streamHash(name), 0) / 2 ** 32) * among);
  return {
    station: { ...station, count: ranges },
    ranges,
    rangeOf(key) {
      const moved = addedPartitions === 0 ? ranges : hash(key, 'joined', ranges);
      return moved < addedPartitions ? partitions + moved : hash(key, 'token', partitions);
    },
  };
}
