import { describe, expect, it } from 'vitest';
import { timelineEntry, type TimelineEntry } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { instagram } from '../components/instagram.fixture.ts';
import { Run } from '../engine/run.ts';
import { summarize } from '../statistics/index.ts';

const perSecond = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });
/** Whatever an event may concern, small, and with after-effects that end within the run. */
const scenario = instagram({
  durationSeconds: 14,
  set: {
    'read-client.feedRead': perSecond(60),
    'read-client.postDetail': perSecond(20),
    'upload-client.photoUpload': perSecond(6),
    'upload-client.like': perSecond(20),
    'upload-client.comment': perSecond(10),
    'population.followers': { mean: 20, exponent: 2.276, max: 40 },
    'api-gateway.instances': 3,
    'feed-service.instances': 6,
    'feed-service.whaleCache': 'in-process',
    'feed-service.pullOnLagSeconds': 2,
    'feed-service.pullOnOutboxPosts': 2,
    'upload-service.instances': 3,
    'feed-cache.shards': 3,
    'feed-cache.clusterNodeTimeoutMs': 1000,
    'feed-cache.migrationKeysPerSecond': 1_000_000,
    'post-db.partitions': 4,
    'post-db.schema.change': 'rewrite',
    'post-db.schema.tableBytes': 1_000_000_000,
    'upload-stream.partitions': 8,
    'upload-stream.brokerStartSeconds': 1,
    'upload-stream.brokerSessionTimeoutSeconds': 3,
    'image-worker.workers': 6,
    'image-worker.sessionTimeoutSeconds': 2,
    'fanout-worker.workers': 4,
    'fanout-worker.sessionTimeoutSeconds': 2,
    'fanout-worker.membership': 'static',
    'fanout-worker.rebalancing': 'cooperative',
    'fanout-worker.shardPipelines': 'parallel',
    'cdn.edges': 10,
    'cdn.regionals': 2,
    'cdn.propagationSeconds': 5,
    'read-lb->feed-service.retries': { max: 1, backoffMs: 5 },
  },
});

const few = { durationSeconds: 3 };
const quick = { batch: 2, drainSeconds: 1, secondsPerInstance: 1 };
/** Every kind that there is: a new one does not compile until it is here. */
const live: Readonly<Record<TimelineEntry['kind'], readonly object[]>> = {
  'whale-post': [{ followers: 50_000_000, readBoost: 1, halfLifeSeconds: 2, likesPerSecond: 50 }],
  'kafka-outage': [few, { ...few, brokers: 1 }],
  'redis-node-loss': [
    { target: 'feed-cache' },
    { target: 'feed-cache', replica: 'empty' },
    { target: 'feed-cache', replica: 'none', ...few },
    { target: 'feed-cache', durationSeconds: 1 },
  ],
  'workers-crash': [
    { target: 'image-worker', workers: 2, ...few },
    { target: 'fanout-worker', workers: 2, durationSeconds: 1 },
  ],
  'viral-post': [{ likesPerSecond: 100, halfLifeSeconds: 2, readShare: 0.5 }],
  'traffic-spike': [{ target: 'read-client', multiplier: 2, ...few }],
  'slow-node': [
    { target: 'feed-service', instance: 1, factor: 20, ...few },
    { target: 'post-db', replica: 1, factor: 20 },
  ],
  'network-partition': [
    { target: 'read-lb->feed-service', mode: 'refuse', ...few },
    { target: 'upload-stream->fanout-worker', ...few },
  ],
  'zone-loss': [few],
  'cdn-purge': [{ target: 'cdn' }],
  deploy: [
    { target: 'feed-service', ...quick },
    { target: 'upload-service', ...quick },
    { target: 'image-worker', ...quick },
    { target: 'fanout-worker', ...quick },
    { target: 'image-worker', ...quick, strategy: 'blue-green' },
  ],
  'disk-full': [{ target: 'post-db', ...few }],
  set: [
    { path: 'image-worker.workers', value: 8, ...few },
    { path: 'fanout-worker.workers', value: 2, ...few },
    { path: 'feed-cache.addedShards', value: 1 },
    { path: 'post-db.schema.version', value: 2 },
    { path: 'cdn.edgeDelay', value: { distribution: 'constant', ms: 8 }, ...few },
    { path: 'feed-service.rankingModel', value: 'chronological', ...few },
  ],
};

const digestOf = (run: Run, timeline: readonly TimelineEntry[]): string => {
  run.advance();
  return summarize({ ...scenario, timeline }, [run.record()]).digest;
};

describe('dropped on a running design, and replayed from the file that it leaves', () => {
  for (const [kind, entries] of Object.entries(live))
    it.each(entries.map((members) => [JSON.stringify(members), members]))(`${kind} %s`, (_, members) => {
      const entry = timelineEntry.parse({ id: 'live', kind, atSeconds: 0, ...members }) as TimelineEntry;
      const run = new Run(compile(scenario), 3);
      run.advance({ untilSeconds: 4.3 });
      const timeline = [run.inject(entry)];
      const replay = new Run(compile({ ...scenario, timeline }), 3);
      const digest = digestOf(run, timeline);
      expect(digest).toBe(digestOf(replay, timeline));
      // The phases alone make a difference: what is measured has to, as well.
      expect(figures(run)).not.toEqual(figures(undisturbed));
    });
});

const undisturbed = new Run(compile(scenario), 3);
digestOf(undisturbed, []);

function figures(run: Run): unknown {
  const { flows, components, series } = summarize({ ...scenario, timeline: [] }, [run.record()]);
  return { flows, components, series };
}
