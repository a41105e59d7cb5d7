import type { TimelineEntry } from '../../scenarios/index.ts';

export type TimelineKind = TimelineEntry['kind'];

/** What becomes of one kind of timeline entry on real parts. */
export interface RealForm {
  /** Who does it: the load generator, a fault of a process, a proxy; null: the stack cannot. */
  readonly by: 'load' | 'process' | 'proxy' | 'disk' | null;
  /** What happens, or why it cannot. */
  readonly text: string;
}

/** Every kind is simulated; this says which are real as well. */
export const realForms: Readonly<Record<TimelineKind, RealForm>> = {
  'whale-post': {
    by: 'load',
    text: 'The account is written with its followers at set-up. It uploads a photo; from the acknowledgement on followers read more often and like, at the times of the simulator for an acknowledgement at that instant.',
  },
  'viral-post': {
    by: 'load',
    text: 'A post that is there before the run is liked, and its share of post details is of it.',
  },
  'traffic-spike': { by: 'load', text: 'Arrivals are those of the simulator.' },
  'kafka-outage': {
    by: 'process',
    text: 'So many brokers, or all, are killed (SIGKILL) and started again on their data.',
  },
  'redis-node-loss': {
    by: 'process',
    text: 'The primary of the shard is killed. It is started again, empty, once its replica has been promoted, and not before: it would come back as an empty primary and wipe the replica. `replica: "none"` kills the replica as well; `"empty"` cannot be made.',
  },
  'workers-crash': { by: 'process', text: 'So many worker processes, or all, are killed and started again.' },
  'slow-node': {
    by: 'process',
    text: 'The process stands still (SIGSTOP) for all but one in `factor` of the time, in turns of 20 ms: so a call may also take up to that long where the simulator multiplies a service time. Of PostDB: a whole node, which is what `replica` counts.',
  },
  'network-partition': {
    by: 'proxy',
    text: 'A TCP proxy between the processes of both ends drops what it is given, or resets connections. Not between a load balancer and its services, nor between clients and the gateway: they have no proxy.',
  },
  'cdn-purge': { by: 'process', text: 'The cached files of the tier are removed.' },
  deploy: {
    by: 'process',
    text: 'The balancer sends a batch of processes no more requests; they are told to end (SIGTERM), have their time to drain, and are started again after `secondsPerInstance`. The next batch follows when they serve, which takes a process of Node some seconds more. Rolling only.',
  },
  'disk-full': {
    by: 'disk',
    text: 'The data of the target lie on a file system of their own in memory, which a file fills up; then it is removed, and processes that ended over it are started again. Nodes of Cassandra do end, at the first write to their mapped commit log, so that what they have is not read meanwhile, unlike in the simulator. Needs root.',
  },
  'zone-loss': {
    by: null,
    text: 'One machine has no zones, and balancers and gateways are there once. Lose the parts one by one.',
  },
  set: { by: null, text: 'Processes read their settings when they start.' },
};
