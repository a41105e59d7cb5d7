import { setTimeout as sleep } from 'node:timers/promises';
import { askNode } from './redis-node.ts';

const pollMs = 50;

/**
 * Returns when the killed node owns no slots any more, or when no replica could take them over. A primary
 * that comes back earlier is still the primary, with nothing in memory, and its replica empties itself.
 *
 * @param name the node's id in the cluster
 * @param others ports of the other nodes
 */
export async function untilPromoted(
  name: string,
  others: readonly number[],
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    const answers = await Promise.all(
      others.map((port) => askNode(port, (client) => client.cluster('NODES'))),
    );
    const views = answers.filter((answer) => !(answer instanceof Error)).map(String);
    if (views.some((view) => ownsNothing(view, name)) || !mayBePromoted(views, name)) return;
    await sleep(pollMs);
  }
}

/** Fields of a line: id, address, flags, primary, ping, pong, epoch, link, slots (CLUSTER NODES). */
const fieldsOf = (view: string): string[][] =>
  view
    .trim()
    .split('\n')
    .map((line) => line.split(' '));

/** It takes a replica that is alive, and a majority of the primaries to elect it. */
function mayBePromoted(views: readonly string[], name: string): boolean {
  const alive = views.filter((view) =>
    fieldsOf(view).some((fields) => isPrimary(fields) && isSelf(fields)),
  ).length;
  const all = Math.max(0, ...views.map((view) => fieldsOf(view).filter(isPrimary).length));
  return views.some((view) => hasReplica(view, name)) && 2 * alive > all;
}

const isSelf = ([, , flags]: readonly string[]): boolean => flags!.split(',').includes('myself');
/** Those with slots have a vote. */
const isPrimary = (fields: readonly string[]): boolean =>
  fields[2]!.split(',').includes('master') && fields.length > 8;

/** A replica says of itself whose it is. */
function hasReplica(view: string, name: string): boolean {
  return fieldsOf(view).some(([, , flags, primary]) => flags === 'myself,slave' && primary === name);
}

function ownsNothing(view: string, name: string): boolean {
  const own = fieldsOf(view).find(([id]) => id === name);
  return own !== undefined && own.length <= 8;
}
