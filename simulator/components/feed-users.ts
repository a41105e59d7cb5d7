import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf, Node, Population } from '../../scenarios/index.ts';
import { ActivityLaw } from '../stations/activity-law.ts';
import { KeySample } from '../stations/key-sample.ts';

/** Slots of a Redis cluster (Redis Cluster specification, Key distribution model). */
export const SLOTS = 16_384;

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;
/** 2^32 / golden ratio, odd: successive keys lie evenly among the slots. */
const GOLDEN = 0x9e3779b1 | 0;
const VECTOR_SLOT = streamHash('vector-slot');

/**
 * The users whose feeds and ranking vectors a FeedCache holds, as its commands name them.
 *
 * A request carries a user as one number: the tracked user that stands for it (KeySample) and whether it
 * is that user itself; 0 is nobody. Users of one block share a slot: slots are many, blocks are more.
 */
export class FeedUsers {
  readonly sample: KeySample;
  /** Users who have opened the app this month; the others only receive posts. */
  readonly active: number;
  readonly law: ActivityLaw;

  constructor(config: ConfigOf<'FeedCache'>, population: Population) {
    const users = config.users ?? population.users;
    this.active = Math.max(1, Math.round(users * population.activeRatio));
    this.law = new ActivityLaw(this.active, config.activity.exponent, config.activity.maximumToMean);
    this.sample = new KeySample(users, config.trackedUsers, 0);
  }

  /** The user who opens a feed, for two 32-bit draws. */
  reader(high: number, low: number): number {
    return this.codeOf(this.law.userAt(unit(high, low)));
  }

  /** A user whoever it is, active or not: who is pushed to, whose vector is refreshed. */
  anyone(high: number, low: number): number {
    return this.codeOf(Math.min(this.sample.keys - 1, Math.floor(unit(high, low) * this.sample.keys)));
  }

  codeOf(user: number): number {
    return 2 * (this.sample.indexOf(user) + 1) + (this.sample.isTracked(user) ? 1 : 0);
  }

  static indexOf(code: number): number {
    return (code >> 1) - 1;
  }
  static isTracked(code: number): boolean {
    return (code & 1) === 1;
  }
}

const unit = (high: number, low: number): number => (high + (low + 0.5) * TWO_TO_MINUS_32) * TWO_TO_MINUS_32;

/** Slot of a user's feed. */
export const feedSlot = (index: number): number => Math.imul(index + 1, GOLDEN) >>> 18;

/** Slot of a user's ranking vector; the feed's where a hash tag makes the two share one. */
export const vectorSlot = (index: number, hashTag: boolean): number =>
  hashTag ? feedSlot(index) : drawUint32(index, 0, VECTOR_SLOT, 0) >>> 18;

/** Shard that owns a slot: each owns a run of consecutive ones, as `redis-cli --cluster create` deals them out. */
export const shardOfSlot = (slot: number, shards: number): number => Math.floor((slot * shards) / SLOTS);

/** The configuration of a node that is known to be a FeedCache. */
export const feedCacheConfig = (node: Node): ConfigOf<'FeedCache'> => node.config as ConfigOf<'FeedCache'>;
