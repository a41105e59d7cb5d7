import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Address } from '../endpoints/index.ts';

/** Who serves a shard, and who follows it. */
export interface ShardNodes {
  readonly primary: Address;
  readonly replicas: readonly Address[];
}

const slots = 16_384;
const pollMs = 50;
/** More than twice the promotion at the longest node time-out that is configured. */
const promotionTimeoutMs = 60_000;

/** The slots are spread evenly: shard `shard` of `shards` begins here. */
const firstSlotOf = (shard: number, shards: number): number => Math.floor((shard * slots) / shards);

/** As the first node that answers sees it (CLUSTER SLOTS). @throws Error when nobody knows */
export async function nodesOfShard(
  nodes: readonly Address[],
  shard: number,
  shards: number,
): Promise<ShardNodes> {
  for (const address of nodes) {
    const ranges = await askSlots(address);
    const slot = firstSlotOf(shard, shards);
    const range = ranges?.find(([from, to]) => from <= slot && slot <= to);
    if (range === undefined) continue;
    const [primary, ...replicas] = range.slice(2).map((node) => {
      const [host, port] = node as readonly [string, number];
      return `${host}:${port}`;
    });
    return { primary: primary!, replicas };
  }
  throw new Error(`No Redis node knows who serves shard ${shard}.`);
}

/** Returns when another node than `lost` serves the shard. @throws Error after a minute */
export async function promoted(
  nodes: readonly Address[],
  shard: number,
  shards: number,
  lost: Address,
): Promise<void> {
  const deadline = performance.now() + promotionTimeoutMs;
  const others = nodes.filter((address) => address !== lost);
  while ((await nodesOfShard(others, shard, shards)).primary === lost) {
    if (performance.now() > deadline) throw new Error(`No replica of ${lost} was promoted.`);
    await sleep(pollMs);
  }
}

type SlotRange = readonly [from: number, to: number, ...nodes: unknown[]];

/** Null when the node does not answer. */
async function askSlots(address: Address): Promise<readonly SlotRange[] | null> {
  const [host, port] = address.split(':');
  const client = new Redis({
    host: host!,
    port: Number(port),
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: 1000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.cluster('SLOTS')) as unknown as readonly SlotRange[];
  } catch {
    return null;
  } finally {
    client.disconnect();
  }
}
