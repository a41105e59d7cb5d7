import { createHash } from 'node:crypto';
import type { PlannedProcess } from '../process-spec.ts';
import { programOf } from '../programs.ts';
import { askNode } from './redis-node.ts';
import { untilPromoted } from './redis-promotion.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

/** Redis Cluster specification: keys are spread over so many slots. */
const slots = 16_384;

interface Node {
  readonly id: string;
  readonly port: number;
  readonly busPort: number;
  /** 40 hexadecimal digits by which the others know it. */
  readonly name: string;
  readonly shard: number;
  readonly role: 'primary' | 'replica';
}

/**
 * Redis Cluster: primaries first, then their replicas. The membership is written before the first start,
 * so that it is the same each time and nobody has to be introduced.
 */
export function planRedis(context: PlanContext): PartPlan {
  const nodes = nodesOf(context);
  return {
    processes: nodes.map((node, index) => processOf(context, nodes, node, index)),
    endpoints: { redis: plainEndpoint(nodes.map(({ port }) => ({ host: loopback, port }))) },
    check: async () => {
      const answers = await Promise.all(nodes.map(({ port }) => lookAt(port, context.profile.redisShards)));
      const behind = nodes.filter((_, index) => answers[index] !== null);
      if (behind.length > 0) return `${behind[0]!.id}: ${answers.find((answer) => answer !== null)!}`;
      return null;
    },
    beforeRestart: async (id) => {
      const node = nodes.find((candidate) => candidate.id === id);
      const others = nodes.filter((candidate) => candidate.id !== id).map(({ port }) => port);
      if (node !== undefined) await untilPromoted(node.name, others, 5 * context.redisNodeTimeoutMs);
    },
  };
}

function nodesOf({ profile, ports }: PlanContext): readonly Node[] {
  return Array.from({ length: 2 * profile.redisShards }, (_, index) => {
    const id = `redis-${String(index + 1)}`;
    return {
      id,
      port: ports('redis', index),
      busPort: ports('redisBus', index),
      name: createHash('sha1').update(id).digest('hex'),
      shard: index % profile.redisShards,
      role: index < profile.redisShards ? 'primary' : 'replica',
    };
  });
}

function processOf(context: PlanContext, nodes: readonly Node[], node: Node, index: number): PlannedProcess {
  return {
    id: node.id,
    part: 'redis',
    node: 'feed-cache',
    order: 100 + index,
    addresses: [`${loopback}:${String(node.port)}`, `${loopback}:${String(node.busPort)}`],
    command: programOf(context.programs, 'redis-server'),
    args: ['redis.conf'],
    environment: {},
    stopSignal: 'SIGKILL',
    folders: [],
    files: {
      'redis.conf': configuration(node, context.redisNodeTimeoutMs),
      'nodes.conf': membership(nodes, node, context.profile.redisShards),
    },
  };
}

/**
 * A cache: nothing on disk, least recently used keys go first, one dead shard does not stop the others. A
 * replica is named to clients only after its primary's first ping, which by default takes ten seconds.
 */
function configuration(node: Node, nodeTimeoutMs: number): string {
  return `bind ${loopback}
port ${String(node.port)}
cluster-port ${String(node.busPort)}
daemonize no
save ""
appendonly no
cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout ${String(nodeTimeoutMs)}
cluster-replica-validity-factor 0
cluster-require-full-coverage no
cluster-allow-reads-when-down no
maxmemory 96mb
maxmemory-policy allkeys-lru
repl-backlog-size 1mb
repl-diskless-sync yes
repl-diskless-sync-delay 0
repl-ping-replica-period 1
`;
}

/** The file that a node itself keeps (Redis Cluster specification, nodes.conf), as seen by `self`. */
function membership(nodes: readonly Node[], self: Node, shards: number): string {
  const lines = nodes.map((node) => {
    const address = `${loopback}:${String(node.port)}@${String(node.busPort)}`;
    const role = node.role === 'primary' ? 'master' : 'slave';
    const flags = node === self ? `myself,${role}` : role;
    const primary = node.role === 'primary' ? '-' : nodes[node.shard]!.name;
    const epoch = String(node.shard + 1);
    const first = Math.floor((node.shard * slots) / shards);
    const last = Math.floor(((node.shard + 1) * slots) / shards) - 1;
    const range = node.role === 'primary' ? ` ${String(first)}-${String(last)}` : '';
    return `${node.name} ${address} ${flags} ${primary} 0 0 ${epoch} connected${range}\n`;
  });
  return `${lines.join('')}vars currentEpoch ${String(shards)} lastVoteEpoch 0\n`;
}

/**
 * @returns null when the node sees a whole cluster, names every replica to clients and, as a replica, follows
 * its primary
 */
async function lookAt(port: number, replicas: number): Promise<string | null> {
  const answers = await askNode(port, (client) =>
    Promise.all([client.cluster('INFO'), client.info('replication'), client.cluster('SLOTS')]),
  );
  if (answers instanceof Error) return answers.message;
  const [cluster, replication, ranges] = answers;
  const state = /cluster_state:(\w+)/.exec(cluster)?.[1];
  const served = /cluster_slots_ok:(\d+)/.exec(cluster)?.[1];
  if (state !== 'ok' || served !== String(slots))
    return `cluster state ${String(state)}, ${String(served)} slots served`;
  if (/role:slave/.test(replication) && !/master_link_status:up/.test(replication))
    return 'does not follow its primary yet';
  // First and last slot, the primary, and the replicas of which it has heard how far they are (CLUSTER SLOTS).
  const named = (ranges as readonly unknown[][]).reduce((sum, range) => sum + range.length - 3, 0);
  if (named < replicas) return `names ${String(named)} of ${String(replicas)} replicas`;
  return null;
}
