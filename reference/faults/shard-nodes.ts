import { askNode } from '../stack/index.ts';

/** Who serves a shard, and who follows it, by port. */
export interface ShardNodes {
  readonly primary: number;
  readonly replicas: readonly number[];
}

type Place = readonly [host: string, port: number, ...rest: unknown[]];
type SlotRange = readonly [from: number, to: number, primary: Place, ...replicas: Place[]];

const slots = 16_384;

/**
 * As the first of these nodes that answers sees it (CLUSTER SLOTS). Slots are spread evenly over `shards`.
 *
 * @throws Error when nobody knows
 */
export async function nodesOfShard(
  ports: readonly number[],
  shard: number,
  shards: number,
): Promise<ShardNodes> {
  const slot = Math.floor((shard * slots) / shards);
  for (const port of ports) {
    const ranges = await askNode(
      port,
      async (client) => (await client.cluster('SLOTS')) as unknown as readonly SlotRange[],
    );
    if (ranges instanceof Error) continue;
    const found = ranges.find(([from, to]) => from <= slot && slot <= to);
    if (found === undefined) continue;
    const [, , [, primary], ...replicas] = found;
    return { primary, replicas: replicas.map(([, replica]) => replica) };
  }
  throw new Error(`No Redis node knows who serves shard ${shard}.`);
}
