import type { Cluster } from 'ioredis';
import { feedKey } from '../../contract/index.ts';

/** Keys of one step of a scan. */
const scanCount = 500;
const [prefix, suffix] = feedKey('*').split('*') as [string, string];

/**
 * Post ids of every feed key that lies on a primary; markers are left out.
 *
 * @throws Error when a primary does not answer
 */
export async function readCachedFeeds(cluster: Cluster): Promise<Map<string, readonly string[]>> {
  const feeds = new Map<string, readonly string[]>();
  for (const node of cluster.nodes('master')) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', feedKey('*'), 'COUNT', scanCount);
      cursor = next;
      const members = await Promise.all(keys.map((key) => node.zrange(key, 0, -1)));
      keys.forEach((key, i) =>
        feeds.set(
          key.slice(prefix.length, -suffix.length),
          members[i]!.filter((member) => !member.startsWith('~')),
        ),
      );
    } while (cursor !== '0');
  }
  return feeds;
}

type SlotRange = [
  first: number,
  last: number,
  primary: [host: string, port: number, ...unknown[]],
  ...unknown[],
];

/** How many of the 16,384 slots have a primary that answers and calls itself one. */
export async function countServedSlots(cluster: Cluster): Promise<number> {
  const serving = new Set<string>();
  let ranges: SlotRange[] = [];
  for (const node of cluster.nodes('master')) {
    try {
      const [role] = (await node.call('ROLE')) as [string];
      const [, ...state] = String(await node.call('CLUSTER', 'INFO')).split(/cluster_state:|\r\n/);
      if (role !== 'master' || !state.includes('ok')) continue;
      serving.add(`${node.options.host ?? ''}:${String(node.options.port)}`);
      ranges = (await node.call('CLUSTER', 'SLOTS')) as SlotRange[];
    } catch {
      // It does not answer: its slots are not served.
    }
  }
  return ranges
    .filter(([, , [host, port]]) => serving.has(`${host}:${String(port)}`))
    .reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
