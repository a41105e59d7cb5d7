import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../scenario.ts';
import { kinds, type ConfigOf, type KindName } from '../kinds/index.ts';
import design from './instagram-v2.json' with { type: 'json' };

/**
 * Recomputes the published design's load on every station from its file and the kinds' defaults,
 * and holds docs/sizing.md to it.
 */
function configOf<Name extends KindName>(kind: Name): ConfigOf<Name> {
  const node = design.design.nodes.find((candidate) => candidate.kind === kind)!;
  return kinds[kind]!.config.parse('config' in node ? node.config : {}) as ConfigOf<Name>;
}

function meanMs(time: Distribution): number {
  switch (time.distribution) {
    case 'constant':
      return time.ms;
    case 'uniform':
      return (time.minMs + time.maxMs) / 2;
    case 'lognormal':
      if ('meanMs' in time) return time.meanMs;
      return time.p50Ms * Math.exp((Math.log(time.p99Ms / time.p50Ms) / 2.3263478740408408) ** 2 / 2);
    case 'empirical':
      throw new Error('no kind has an empirical default');
    default:
      return time.meanMs;
  }
}

const rateOf = (flow: unknown): number => (flow as { ratePerSecond: number }).ratePerSecond;
const roundTripMs = (source: KindName, target: KindName): number =>
  2 * kinds[source]!.edgeDefaults![target]!.latencyMs;

const reader = configOf('ReadClient');
const writer = configOf('UploadClient');
const gateway = configOf('ApiGateway');
const feed = configOf('FeedService');
const upload = configOf('UploadService');
const cache = configOf('FeedCache');
const db = configOf('PostDB');
const storage = configOf('ObjectStorage');
const stream = configOf('UploadStream');
const imaging = configOf('ImageWorker');
const fanout = configOf('FanoutWorker');
const cdn = configOf('CDN');
const { population } = design;

const feedReads = rateOf(reader.feedRead);
const details = rateOf(reader.postDetail);
const uploads = rateOf(writer.photoUpload);
const likes = rateOf(writer.like);
const comments = rateOf(writer.comment);

/** Followers as a continuous power law between a least count and `max`, the least fitted to the mean. */
function followerTail(): { readonly shareOfWhales: number; readonly meanPushed: number } {
  const { mean, exponent, max } = population.followers;
  const integral = (from: number, to: number, power: number) =>
    (from ** (power + 1 - exponent) - to ** (power + 1 - exponent)) / (exponent - power - 1);
  let low = 1;
  let high = mean;
  for (let i = 0; i < 100; i++) {
    const least = (low + high) / 2;
    if (integral(least, max, 1) / integral(least, max, 0) < mean) low = least;
    else high = least;
  }
  const mass = integral(low, max, 0);
  return {
    shareOfWhales: integral(fanout.whaleThreshold!, max, 0) / mass,
    meanPushed: integral(low, fanout.whaleThreshold!, 1) / mass,
  };
}
const tail = followerTail();

const hitRatio = Number(cache.hitRatio);
const misses = feedReads * (1 - hitRatio);
const pulls = feedReads * population.whalesPerReader.reduce((sum, share, whales) => sum + share * whales, 0);
const queryMs = roundTripMs('FeedService', 'PostDB') + meanMs(db.readDemand) + meanMs(db.readDelay);
const feedHitMs =
  roundTripMs('FeedService', 'FeedCache') + meanMs(cache.commandDemand) + meanMs(cache.readDelay);
const lookupMs =
  roundTripMs('FeedService', 'FeedCache') + meanMs(cache.commandDemand) + meanMs(cache.lookupDelay);
const writeMs = roundTripMs('UploadService', 'PostDB') + meanMs(db.writeDemand) + meanMs(db.writeDelay);
const likeMs =
  roundTripMs('UploadService', 'PostDB') +
  meanMs(db.readDemand) +
  meanMs(db.writeDemand) +
  meanMs(db.counterDelay);
const publishMs =
  roundTripMs('UploadService', 'UploadStream') + meanMs(stream.appendDemand) + meanMs(stream.publishDelay);

/** A post's fan-out: pages of followers, then one push after the other. */
const pushMs = roundTripMs('FanoutWorker', 'FeedCache') + meanMs(cache.commandDemand);
const pageMs = roundTripMs('FanoutWorker', 'PostDB') + meanMs(db.readDemand) + meanMs(db.readDelay);
const fanoutMs = pageMs * (1 - tail.shareOfWhales) + tail.meanPushed * pushMs;
const fannedOut = Math.min(uploads, (fanout.workers * 1000) / fanoutMs);

const variants = imaging.sizes * imaging.formats;
const storageGetMs = roundTripMs('ImageWorker', 'ObjectStorage') + meanMs(storage.getDelay);
const storagePutMs = roundTripMs('ImageWorker', 'ObjectStorage') + meanMs(storage.putDelay);
const imageMs = storageGetMs + variants * meanMs(imaging.variantDemand) + storagePutMs + writeMs;
const imagesDone = Math.min(uploads, (imaging.workers * 1000) / imageMs);

const imageViews = feedReads * reader.imagesPerFeedRead * (1 - reader.clientCacheHitRatio);
const originViews = imageViews * (1 - cdn.edgeHitRatio) * (1 - cdn.regionalHitRatio);

interface Row {
  readonly station: string;
  readonly ratePerSecond: number;
  /** Server time of one arrival. */
  readonly demandMs: number;
  readonly servers: number;
}

const feedCpuMs = meanMs(feed.requestDemand) + meanMs(feed.mergeDemand) + meanMs(feed.rankingDemand);
const feedReadMs =
  feedHitMs +
  (1 - hitRatio) * queryMs +
  (pulls / feedReads) * queryMs +
  lookupMs +
  queryMs * Math.min(1, feed.countQueries) +
  feedCpuMs;
const detailMs = meanMs(feed.requestDemand) + 2 * queryMs;
const reads = misses * feed.pullQueries! + pulls + feedReads * feed.countQueries + 2 * details + fannedOut;
const replicaOperations = reads + db.replicas * (uploads + imagesDone + comments) + (db.replicas + 1) * likes;
const uploadRequests = 2 * uploads + likes + comments;
const appends = 2 * uploads + likes;

const rows: readonly Row[] = [
  {
    station: 'ApiGateway cores',
    ratePerSecond: feedReads + details + uploadRequests,
    demandMs: meanMs(gateway.jwtDemand),
    servers: gateway.instances * gateway.cores,
  },
  {
    station: 'FeedService cores',
    ratePerSecond: feedReads + details,
    demandMs: (feedReads * feedCpuMs + details * meanMs(feed.requestDemand)) / (feedReads + details),
    servers: feed.instances * feed.cores,
  },
  {
    station: 'FeedService threads',
    ratePerSecond: feedReads + details,
    demandMs: (feedReads * feedReadMs + details * detailMs) / (feedReads + details),
    servers: feed.instances * feed.threads,
  },
  {
    station: 'UploadService cores',
    ratePerSecond: uploadRequests,
    demandMs: meanMs(upload.requestDemand),
    servers: upload.instances * upload.cores,
  },
  {
    station: 'UploadService threads',
    ratePerSecond: uploadRequests,
    demandMs:
      meanMs(upload.requestDemand) +
      (uploads * (meanMs(upload.presignDelay) + writeMs + publishMs) + likes * likeMs + comments * writeMs) /
        uploadRequests,
    servers: upload.instances * upload.threads,
  },
  {
    station: 'FeedCache shards',
    ratePerSecond: 2 * feedReads + misses + fannedOut * tail.meanPushed,
    demandMs: meanMs(cache.commandDemand),
    servers: cache.shards,
  },
  {
    station: 'PostDB replicas',
    ratePerSecond: replicaOperations,
    demandMs: meanMs(db.readDemand),
    servers: db.partitions * db.replicas * db.concurrency,
  },
  {
    station: 'PostDB, hottest key, reads',
    ratePerSecond: (feedReads * population.followers.max) / population.users,
    demandMs: 1000 / db.keyReadsPerSecond!,
    servers: 1,
  },
  {
    station: 'UploadStream brokers',
    ratePerSecond: appends,
    demandMs: meanMs(stream.appendDemand),
    servers: stream.brokers * stream.threadsPerBroker,
  },
  {
    station: 'ObjectStorage prefixes, GET',
    ratePerSecond: originViews + imagesDone,
    demandMs: 1000 / storage.getsPerPrefixPerSecond!,
    servers: storage.prefixes,
  },
  {
    station: 'ObjectStorage prefixes, PUT',
    ratePerSecond: uploads + variants * imagesDone,
    demandMs: 1000 / storage.putsPerPrefixPerSecond!,
    servers: storage.prefixes,
  },
];

const background: readonly Row[] = [
  { station: 'ImageWorker workers', ratePerSecond: uploads, demandMs: imageMs, servers: imaging.workers },
  { station: 'FanoutWorker workers', ratePerSecond: uploads, demandMs: fanoutMs, servers: fanout.workers },
];

const utilization = (row: Row): number => (row.ratePerSecond * row.demandMs) / 1000 / row.servers;

/** A row of docs/sizing.md, without its source. */
function line(row: Row): string {
  const rate = Math.round(row.ratePerSecond).toLocaleString('en-US');
  const percent = (100 * utilization(row)).toFixed(1);
  return `| ${row.station} | ${rate} | ${Number(row.demandMs.toPrecision(4))} | ${row.servers.toLocaleString('en-US')} | ${percent} % |`;
}

describe('the published design at 1M requests a second', () => {
  it('counts to a million', () => {
    expect(feedReads + details + uploads + likes + comments).toBe(1_000_000);
  });

  it.each(rows)('$station: at most 70 % busy', (row) => {
    expect(utilization(row)).toBeLessThanOrEqual(0.7);
  });

  it('keeps the cores of services below the 60 % at which the design scales out', () => {
    expect(utilization(rows[1]!)).toBeLessThan(0.6);
    expect(utilization(rows[3]!)).toBeLessThan(0.6);
  });

  it.each(background)('$station: more work than they can do, as published', (row) => {
    expect(utilization(row)).toBeGreaterThan(1);
  });

  it('keeps the published unloaded response times', () => {
    expect(feedHitMs).toBeCloseTo(2, 9);
    expect(lookupMs).toBeCloseTo(0.5, 9);
    expect(queryMs).toBeCloseTo(5, 9);
    expect(writeMs).toBeCloseTo(10, 9);
    expect(likeMs).toBeCloseTo(10, 9);
    expect(pushMs).toBeCloseTo(0.1, 9);
    expect(imageMs).toBeCloseTo(500, 9);
    expect(meanMs(gateway.jwtDemand) + meanMs(gateway.jwtDelay)).toBeCloseTo(3, 9);
    expect(
      roundTripMs('UploadLB', 'UploadService') + meanMs(upload.requestDemand) + meanMs(upload.presignDelay),
    ).toBeCloseTo(2, 9);
    expect(roundTripMs('ReadClient', 'CDN') + meanMs(cdn.edgeDelay)).toBeCloseTo(5, 9);
    expect(meanMs(cdn.regionalDelay)).toBeCloseTo(15, 9);
    expect(roundTripMs('CDN', 'ObjectStorage') + meanMs(storage.getDelay)).toBeCloseTo(50, 9);
  });

  it('has followers that agree with three published figures at once', () => {
    expect(tail.shareOfWhales).toBeCloseTo(0.005, 4);
    expect(tail.meanPushed / (1 - tail.shareOfWhales)).toBeCloseTo(499, 0);
    expect(1 - (1 - cdn.edgeHitRatio) * (1 - cdn.regionalHitRatio)).toBeCloseTo(0.97, 9);
  });
});

describe('docs/sizing.md', () => {
  const text = readFileSync(new URL('../../docs/sizing.md', import.meta.url), 'utf8').replace(/ +/g, ' ');

  it.each([...rows, ...background])('has $station as computed', (row) => {
    expect(text).toContain(line(row));
  });

  it('lists every time-out', () => {
    for (const edge of design.design.edges) {
      const kindOf = (id: string) => design.design.nodes.find((node) => node.id === id)!.kind;
      const defaults = kinds[kindOf(edge.source)]!.edgeDefaults![kindOf(edge.target)]!;
      const timeout = defaults.timeoutMs === null ? 'none' : defaults.timeoutMs.toLocaleString('en-US');
      expect(text).toContain(
        `| ${kindOf(edge.source)} → ${kindOf(edge.target)} | ${defaults.latencyMs} | ${timeout} |`,
      );
    }
  });
});
