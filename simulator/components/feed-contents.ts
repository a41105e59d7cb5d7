import { drawUint32, followerLaw, ordinaryRate, streamHash } from '../../scenarios/sampling/index.ts';
import type { Arrivals, ConfigOf, Population, Scenario } from '../../scenarios/index.ts';
import { EntryStore } from '../stations/entry-store.ts';
import { FeedUsers, feedSlot, shardOfSlot, vectorSlot } from './feed-users.ts';

/** What a FeedCache holds in one run. Users are codes of FeedUsers, times ns. */
export interface FeedContents {
  /** Is the user's feed there and complete? `coin`: a uniform number of the request's own. */
  lookUp(user: number, timeNs: number, coin: number): boolean;
  /** Stores a rebuilt feed. */
  fill(user: number, timeNs: number): void;
  push(user: number, timeNs: number): void;
  readVector(user: number, timeNs: number): boolean;
  writeVector(user: number, timeNs: number): void;
  /** A node came back without what it held. */
  clear(shard: number, timeNs: number): void;
}

/**
 * With a constant hit ratio the content is not simulated, but for shards that were emptied: there a feed
 * is found only after the user's first read since then has filled it. Vectors stay away until the
 * pipeline's next refresh, which is longer than a run.
 */
export class GivenFeeds implements FeedContents {
  private readonly cold: Uint8Array;
  private readonly filled: Uint8Array;

  constructor(
    users: FeedUsers,
    private readonly config: ConfigOf<'FeedCache'>,
    private readonly hitRatio: number,
  ) {
    this.cold = new Uint8Array(config.shards).fill(config.start === 'cold' ? 1 : 0);
    this.filled = new Uint8Array(users.sample.tracked);
  }

  lookUp(user: number, _timeNs: number, coin: number): boolean {
    const index = FeedUsers.indexOf(user);
    const shard = shardOfSlot(feedSlot(index), this.config.shards);
    return coin < this.hitRatio && (this.cold[shard] === 0 || this.filled[index] === 1);
  }

  fill(user: number): void {
    if (FeedUsers.isTracked(user)) this.filled[FeedUsers.indexOf(user)] = 1;
  }

  push(): void {
    // Whether a feed is there does not depend on pushes.
  }

  readVector(user: number): boolean {
    const slot = vectorSlot(FeedUsers.indexOf(user), this.config.hashTag);
    return this.cold[shardOfSlot(slot, this.config.shards)] === 0;
  }

  writeVector(): void {
    // A refresh takes hours, and is not simulated here.
  }

  clear(shard: number): void {
    this.cold[shard] = 1;
    for (let index = 0; index < this.filled.length; index++)
      if (shardOfSlot(feedSlot(index), this.config.shards) === shard) this.filled[index] = 0;
  }
}

/** Rates of a design, a second, from which a warm start is worked out. */
export interface FeedTraffic {
  readonly reads: number;
  readonly pushes: number;
}

/** Most events of a warm start; with more it covers less time. */
const WARM_UP_EVENTS = 8_000_000;
const WARM_UP_TTLS = 2;
/** Without a time to live a warm start covers this much, s. */
const WARM_UP_SECONDS = 3600;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;
const WARM_UP = streamHash('warm-up');

/**
 * The warm starts that were needed last, by what they follow from. One takes seconds, is the same for every
 * seed, and is needed again by each replication, and by both runs of a comparison.
 */
const warmStarts = new Map<string, EmergentFeeds>();
const MOST_WARM_STARTS = 2;
/** One of more users, at about 150 bytes each, is not kept. */
const MOST_USERS_KEPT = 2_000_000;

/**
 * Feeds and vectors of the tracked users, in the memory of their shards. The LRU order and the memory
 * are one for both spaces, as in a Redis node.
 */
export class EmergentFeeds implements FeedContents {
  readonly store: EntryStore;
  private readonly tracked: number;
  /** Posts in each feed; a complete one has all, and may hold fewer than it will. */
  private readonly length: Uint32Array;
  private readonly complete: Uint8Array;

  constructor(
    private readonly users: FeedUsers,
    private readonly config: ConfigOf<'FeedCache'>,
    traffic: FeedTraffic,
  ) {
    const { sample } = users;
    const { tracked } = sample;
    this.tracked = tracked;
    this.length = new Uint32Array(tracked);
    this.complete = new Uint8Array(tracked);
    this.store = new EntryStore(
      2 * tracked,
      config.shards,
      config.memoryBytesPerShard,
      config.ttlSeconds === null ? Infinity : config.ttlSeconds * 1e9,
      (entry) => sample.weight(entry < tracked ? entry : entry - tracked),
    );
    if (config.start === 'warm') this.startWarm(traffic);
  }

  lookUp(user: number, timeNs: number): boolean {
    const index = FeedUsers.indexOf(user);
    const there = FeedUsers.isTracked(user) ? this.store.use(index, timeNs) : this.store.has(index, timeNs);
    return there && this.complete[index] === 1;
  }

  fill(user: number, timeNs: number): void {
    if (!FeedUsers.isTracked(user)) return;
    const index = FeedUsers.indexOf(user);
    this.complete[index] = 1;
    this.storeFeed(index, this.config.feedEntries, timeNs);
  }

  push(user: number, timeNs: number): void {
    if (!FeedUsers.isTracked(user)) return;
    const index = FeedUsers.indexOf(user);
    const there = this.store.use(index, timeNs);
    if (!there && this.config.pushes === 'if-exists') return;
    if (!there) this.complete[index] = 0;
    if (there && this.length[index]! >= this.config.feedEntries) this.store.renew(index, timeNs);
    else this.storeFeed(index, (there ? this.length[index]! : 0) + 1, timeNs);
  }

  readVector(user: number, timeNs: number): boolean {
    const entry = this.tracked + FeedUsers.indexOf(user);
    return FeedUsers.isTracked(user) ? this.store.use(entry, timeNs) : this.store.has(entry, timeNs);
  }

  writeVector(user: number, timeNs: number): void {
    if (FeedUsers.isTracked(user)) this.storeVector(FeedUsers.indexOf(user), timeNs);
  }

  clear(shard: number): void {
    this.store.clear(shard);
  }

  /** Share of the memory of all shards in use, and of the fullest. */
  memoryRatio(): number {
    return this.store.usedInAll / (this.config.memoryBytesPerShard * this.config.shards);
  }
  highestMemoryRatio(): number {
    let most = 0;
    for (let shard = 0; shard < this.config.shards; shard++) most = Math.max(most, this.store.used[shard]!);
    return most / this.config.memoryBytesPerShard;
  }

  private storeFeed(index: number, entries: number, timeNs: number): void {
    const { keyBytes, entryBytes, shards } = this.config;
    this.length[index] = entries;
    this.store.put(
      index,
      shardOfSlot(feedSlot(index), shards),
      keyBytes + entries * entryBytes,
      timeNs,
      false,
    );
  }

  private storeVector(index: number, timeNs: number): void {
    const { keyBytes, vectorBytes, shards, hashTag } = this.config;
    const shard = shardOfSlot(vectorSlot(index, hashTag), shards);
    this.store.put(this.tracked + index, shard, keyBytes + vectorBytes, timeNs, true);
  }

  private startWarm(traffic: FeedTraffic): void {
    const { config, users } = this;
    if (this.tracked > MOST_USERS_KEPT) {
      this.warmUp(traffic);
      return;
    }
    const key = JSON.stringify([config, users.sample.keys, users.active, traffic]);
    let start = warmStarts.get(key);
    if (start === undefined) {
      start = new EmergentFeeds(users, { ...config, start: 'cold' }, traffic);
      start.warmUp(traffic);
    }
    warmStarts.delete(key);
    warmStarts.set(key, start);
    for (const oldest of warmStarts.keys()) if (warmStarts.size > MOST_WARM_STARTS) warmStarts.delete(oldest);
    this.store.copyFrom(start.store);
    this.length.set(start.length);
    this.complete.set(start.complete);
  }

  /**
   * Lives through the time before the run, with the tracked users only: all vectors written, then reads,
   * fills, pushes and refreshes at their rates. The same in every run: it is where a run starts.
   */
  private warmUp(traffic: FeedTraffic): void {
    const { config, users, tracked } = this;
    const { sample } = users;
    const share = tracked / sample.keys;
    const refreshes = config.vectorRefreshSeconds === null ? 0 : sample.keys / config.vectorRefreshSeconds;
    const rate = (traffic.reads + traffic.pushes + refreshes) * share;
    const seconds = config.ttlSeconds === null ? WARM_UP_SECONDS : WARM_UP_TTLS * config.ttlSeconds;
    const events = Math.floor(Math.min(WARM_UP_EVENTS, rate * seconds));
    const stepNs = rate === 0 ? 0 : 1e9 / rate;
    const startNs = -events * stepNs;
    let draws = 0;
    const draw = (): number => drawUint32(draws++, 0, WARM_UP, 0);
    const trackedOf = (user: number): number => 2 * (sample.indexOf(user) + 1) + 1;
    // The order of the first write must not be that of popularity.
    if (config.vectorRefreshSeconds !== null) {
      const step = coprimeStep(tracked);
      for (let i = 0, index = 0; i < tracked; i++, index = (index + step) % tracked)
        this.storeVector(index, startNs);
    }
    this.placeFeeds(traffic.reads, startNs, draw);
    for (let i = 1; i <= events; i++) {
      const now = startNs + i * stepNs;
      const which = draw() * TWO_TO_MINUS_32 * (traffic.reads + traffic.pushes + refreshes);
      const u = draw() * TWO_TO_MINUS_32;
      if (which < traffic.reads) {
        const reader = trackedOf(users.law.userAt(u));
        if (!this.lookUp(reader, now)) this.fill(reader, now);
        this.readVector(reader, now);
      } else {
        const anyone = trackedOf(Math.floor(u * sample.keys));
        if (which < traffic.reads + traffic.pushes) this.push(anyone, now);
        else this.writeVector(anyone, now);
      }
    }
    this.store.evicted = 0;
    this.store.expired = 0;
  }

  /**
   * Feeds as they would be with reads only and memory for all: there with probability
   * lambda T / (1 + lambda T), of any age up to T. So the warm-up begins near where it goes.
   */
  private placeFeeds(readsPerSecond: number, startNs: number, draw: () => number): void {
    const { ttlSeconds } = this.config;
    if (ttlSeconds === null) return;
    const { law, active, sample } = this.users;
    const stored: { readonly index: number; readonly atNs: number }[] = [];
    for (let index = 0; index < this.tracked; index++) {
      const user = sample.head + (index - sample.head) * sample.modulus;
      const lambdaT = user < active ? readsPerSecond * law.share(user) * ttlSeconds : 0;
      if (draw() * TWO_TO_MINUS_32 * (1 + lambdaT) < lambdaT)
        stored.push({ index, atNs: startNs - draw() * TWO_TO_MINUS_32 * ttlSeconds * 1e9 });
    }
    stored.sort((a, b) => a.atNs - b.atNs);
    for (const { index, atNs } of stored) {
      this.complete[index] = 1;
      this.storeFeed(index, this.config.feedEntries, atNs);
    }
  }
}

/** A step about 0.618 n that has no factor in common with n, so that it visits all. */
function coprimeStep(n: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = Math.max(1, Math.floor(n * 0.6180339887));
  while (divisor(n, step) !== 1) step++;
  return step;
}

/** Feed reads of the design's clients, and what its fan-out workers push, a second. */
export function feedTraffic(design: Scenario['design'], population: Population): FeedTraffic {
  let reads = 0;
  let uploads = 0;
  let pushes = 0;
  const configs = <Kind extends 'ReadClient' | 'UploadClient' | 'FanoutWorker'>(kind: Kind) =>
    design.nodes.filter((n) => n.kind === kind).map((n) => n.config as ConfigOf<Kind>);
  const rateOf = (arrivals: Arrivals | null): number => (arrivals === null ? 0 : ordinaryRate(arrivals, 0));
  for (const client of configs('ReadClient')) reads += rateOf(client.feedRead);
  for (const client of configs('UploadClient')) uploads += rateOf(client.photoUpload);
  for (const fanout of configs('FanoutWorker')) {
    const law = followerLaw(population.followers);
    const threshold = fanout.whaleThreshold ?? Infinity;
    const perPost = population.followers.mean - law.survival(threshold) * (law.meanAbove(threshold) ?? 0);
    // A push takes its worker at least the seed's 0.1 ms; workers that cannot keep up push no more.
    pushes += Math.min(uploads * perPost, fanout.workers * fanout.pipelineDepth * 10_000);
  }
  return { reads, pushes };
}
