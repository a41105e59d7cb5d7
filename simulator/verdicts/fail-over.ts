import { checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import type { Result } from '../result.ts';
import { summarize } from '../statistics/index.ts';

/**
 * Fail-over times of the stores, simulated beside what real ones took (docs/fail-over.md says on which
 * machine and with which versions). Each experiment is the published design with hardly any load, one
 * part of it lost, and a figure that tells how long requests felt it.
 */
export interface FailOver {
  readonly system: string;
  readonly what: string;
  /** Least and most of what was measured, s. */
  readonly measuredSeconds: readonly [least: number, most: number];
  readonly timeline: readonly object[];
  readonly set: Readonly<Record<string, unknown>>;
  /** How long requests felt the loss, s. */
  readonly seconds: (result: Result) => number;
}

const constant = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
const LOST_AT = 5;
const FEED_READS = 4800;
const COMMENTS = 50;
const SHARDS = 12;

const nobody = {
  'read-client.feedRead': null,
  'read-client.postDetail': constant(1),
  'upload-client.photoUpload': null,
  'upload-client.like': null,
  'upload-client.comment': constant(1),
};

/** One of twelve primaries dies: the feeds of a twelfth of the users fail until its replica is promoted. */
const redis = (nodeTimeoutSeconds: number, measuredSeconds: readonly [number, number]): FailOver => ({
  system: 'Redis Cluster',
  what: `a primary of twelve dies, node time-out ${nodeTimeoutSeconds} s: until its replica is promoted`,
  measuredSeconds,
  timeline: [{ id: 'lost', kind: 'redis-node-loss', target: 'feed-cache', node: 0, atSeconds: LOST_AT }],
  set: {
    ...nobody,
    'read-client.feedRead': constant(FEED_READS),
    'population.whalesPerReader': [1],
    'feed-service.fallbackToPull': false,
    'feed-cache.hitRatio': 1,
    'feed-service.rankingModel': 'chronological',
    'feed-cache.clusterNodeTimeoutMs': nodeTimeoutSeconds * 1000,
  },
  seconds: ({ flows }) => {
    const { timeout, unavailable } = flows['feed-read']!.errors;
    return (timeout + unavailable) / (FEED_READS / SHARDS);
  },
});

/** A broker of three dies: a publish of a partition that it led waits until another leads. */
const kafka = (what: string, controllers: 'separate' | 'brokers', measured: number): FailOver => ({
  system: 'Kafka',
  what,
  measuredSeconds: [measured, measured],
  timeline: [{ id: 'lost', kind: 'kafka-outage', brokers: 1, atSeconds: LOST_AT, durationSeconds: 20 }],
  set: {
    ...nobody,
    'upload-client.photoUpload': constant(10),
    'population.followers.mean': 20,
    'population.followers.max': 20,
    'upload-stream.brokers': 3,
    'upload-stream.brokerSessionTimeoutSeconds': 3,
    'upload-stream.brokerHeartbeatSeconds': 0.5,
    'upload-stream.controllers': controllers,
    'upload-service->upload-stream.timeoutMs': 20_000,
    'upload-lb->upload-service.timeoutMs': 20_000,
    'api-gateway->upload-lb.timeoutMs': 20_000,
    'upload-client->api-gateway.timeoutMs': 20_000,
  },
  seconds: ({ flows }) => flows['photo-upload']!.latencyMs.max! / 1000,
});

const zoneLoss = (zone: number, durationSeconds: number | null) => ({
  id: `zone-${zone}`,
  kind: 'zone-loss',
  zone,
  atSeconds: LOST_AT,
  durationSeconds,
});

/** Comments are quorum writes; nothing but the database has instances in the zones that are lost. */
const cassandra = (
  what: string,
  measuredSeconds: readonly [number, number],
  timeline: readonly object[],
  seconds: FailOver['seconds'],
): FailOver => ({
  system: 'Cassandra',
  what,
  measuredSeconds,
  timeline,
  set: {
    ...nobody,
    'upload-client.comment': constant(COMMENTS),
    'api-gateway.instances': 1,
    'feed-service.instances': 1,
    'upload-service.instances': 1,
    'post-db.phiConvictThreshold': 5,
    'post-db.heartbeatIntervalMs': 700,
  },
  seconds,
});
const commentsFailed = ({ flows }: Result): number => {
  const { timeout, unavailable } = flows['comment']!.errors;
  return (timeout + unavailable) / COMMENTS;
};

export const failOvers: readonly FailOver[] = [
  redis(1, [2.5, 2.9]),
  redis(2, [3.6, 4.6]),
  redis(5, [7.4, 8.7]),
  redis(8, [13.2, 13.2]),
  redis(10, [16, 17]),
  redis(15, [21.7, 23]),
  kafka('a broker of three dies: longest wait of a publish', 'separate', 2.6),
  kafka('the broker that is also the controller dies: longest wait of a publish', 'brokers', 6.8),
  cassandra('one node of three dies: quorum writes that fail', [0, 0], [zoneLoss(2, null)], commentsFailed),
  cassandra(
    'two nodes of three die: until quorum writes fail at once instead of timing out',
    [8, 8],
    [zoneLoss(1, null), zoneLoss(2, null)],
    ({ flows }) => flows['comment']!.errors.timeout / COMMENTS,
  ),
  cassandra(
    'two nodes of three come back: from their start until quorum writes succeed',
    [7.5, 12.5],
    [zoneLoss(1, 10), zoneLoss(2, 10)],
    (result) => commentsFailed(result) - 10,
  ),
];

/** Runs one experiment; how long requests felt the loss, s. */
export function simulateFailOver({ timeline, set, seconds, measuredSeconds: [, most] }: FailOver): number {
  const { scenario } = checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'fail-over',
      title: 'Fail-over',
      description: 'A part of the published design is lost, with hardly any load.',
      design: { extends: 'instagram-v2', set },
      timeline,
      // Long enough for a time that is far off, too.
      run: { durationSeconds: Math.ceil(LOST_AT + 8 + 1.3 * most), warmupSeconds: 0, seed: 1 },
    },
    { find: findBuiltin },
  );
  const run = new Run(compile(scenario), scenario.run.seed);
  run.advance();
  return seconds(summarize(scenario, [run.record()]));
}
