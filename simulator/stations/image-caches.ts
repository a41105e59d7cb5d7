import type { CharacteristicTimes, TieredPopularity } from './image-popularity.ts';

export type Tier = 'edge' | 'regional';

/** A request for an image at an edge, and what is known of its key. */
export interface ImageRequest {
  /** Rank by popularity, from 0, and format. */
  readonly rank: number;
  readonly format: number;
  readonly edge: number;
  readonly regional: number;
  /** Since when the rank's present image exists, s; before the run: negative. */
  readonly bornSeconds: number;
  readonly nowSeconds: number;
}

/** Since when each tier has kept what it was asked for, s; -Infinity: for ever. */
export interface ColdSince {
  readonly edge: number;
  readonly regional: number;
}

/** When a cache that nobody asked yet was asked last: nobody knows. */
const UNKNOWN = Infinity;
/** When a cache was asked last that does not have the key. */
const ABSENT = -Infinity;

/**
 * What the caches of a CDN hold. The most popular ranks are followed one by one: each cache knows when
 * it was last asked for each of them. What it held before anyone looked, and whether it holds one of the
 * many less popular images, is drawn with the probability that Che's approximation gives at that moment;
 * two requests for the same unfollowed image are drawn independently, and never share a fetch.
 */
export class ImageCaches {
  private readonly edgeAsked: Float64Array;
  private readonly regionalAsked: Float64Array;
  /** When the first request was seen, s; what happened before is known by its probability only. */
  private sinceSeconds: number | null = null;
  private readonly fetches: Fetches;

  constructor(
    private readonly followedRanks: number,
    private readonly formats: number,
    edges: number,
    regionals: number,
    slots: number,
  ) {
    this.edgeAsked = new Float64Array(edges * followedRanks * formats).fill(UNKNOWN);
    this.regionalAsked = new Float64Array(regionals * followedRanks * formats).fill(UNKNOWN);
    this.fetches = new Fetches(slots);
  }

  isFollowed({ rank }: ImageRequest): boolean {
    return rank < this.followedRanks;
  }

  /** Does the cache of the tier that the request reached have the image? `uniform`: a draw for what is not known. */
  has(
    tier: Tier,
    request: ImageRequest,
    model: TieredPopularity,
    times: CharacteristicTimes,
    cold: ColdSince,
    uniform: number,
  ): boolean {
    this.sinceSeconds ??= request.nowSeconds;
    const { nowSeconds, bornSeconds } = request;
    const kept = tier === 'edge' ? times.edgeSeconds : times.regionalSeconds;
    const start = Math.max(bornSeconds, cold[tier], nowSeconds - kept);
    if (!this.isFollowed(request))
      return uniform < probability(tier, request, model, times, cold, start, nowSeconds);
    const asked = tier === 'edge' ? this.edgeAsked : this.regionalAsked;
    const at = this.indexIn(tier, request);
    const last = asked[at]!;
    let found = last >= start;
    if (last === UNKNOWN)
      found = uniform < probability(tier, request, model, times, cold, start, this.sinceSeconds);
    asked[at] = found ? nowSeconds : ABSENT;
    return found;
  }

  /** The cache has been asked for the image and has it now. */
  keep(tier: Tier, request: ImageRequest): void {
    if (!this.isFollowed(request)) return;
    (tier === 'edge' ? this.edgeAsked : this.regionalAsked)[this.indexIn(tier, request)] = request.nowSeconds;
  }

  /** A slot for all who want this key from this cache until the last of them leaves; -1: all slots are taken. */
  join(tier: Tier, request: ImageRequest): number {
    return this.fetches.join(this.keyOf(tier, request));
  }

  leave(tier: Tier, request: ImageRequest): void {
    this.fetches.leave(this.keyOf(tier, request));
  }

  private indexIn(tier: Tier, { rank, format, edge, regional }: ImageRequest): number {
    return ((tier === 'edge' ? edge : regional) * this.followedRanks + rank) * this.formats + format;
  }

  private keyOf(tier: Tier, request: ImageRequest): number {
    const index = this.indexIn(tier, request);
    return tier === 'edge' ? index : this.edgeAsked.length + index;
  }
}

/** That a cache was asked for the key between `start` and `until`, given that nobody did so since `until`. */
function probability(
  tier: Tier,
  request: ImageRequest,
  model: TieredPopularity,
  times: CharacteristicTimes,
  cold: ColdSince,
  start: number,
  until: number,
): number {
  if (start >= until) return 0;
  const { rank, format, bornSeconds, nowSeconds } = request;
  const rate = model.rateAtEdge(rank, format);
  if (tier === 'edge') return model.edgeHit(rate, until - start);
  const edgeStart = Math.max(bornSeconds, cold.edge);
  const ago = (seconds: number): number => nowSeconds - seconds;
  const spans = [
    { fromSeconds: ago(until), toSeconds: ago(Math.max(start, edgeStart)), ageSeconds: ago(edgeStart) },
    // What the edges lost in a purge, their regional cache may have kept from before.
    {
      fromSeconds: ago(Math.min(until, edgeStart)),
      toSeconds: ago(start),
      ageSeconds: ago(bornSeconds),
    },
  ].filter(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds);
  return model.regionalHit(rate, spans, Math.min(times.edgeSeconds, ago(edgeStart)), times);
}

/** Fetches under way, by key, in slots that are used again. */
class Fetches {
  private readonly slots = new Map<number, { readonly slot: number; members: number }>();
  private readonly free: number[];

  constructor(count: number) {
    this.free = Array.from({ length: count }, (_, i) => count - 1 - i);
  }

  join(key: number): number {
    const known = this.slots.get(key);
    if (known !== undefined) {
      known.members++;
      return known.slot;
    }
    const slot = this.free.pop();
    if (slot === undefined) return -1;
    this.slots.set(key, { slot, members: 1 });
    return slot;
  }

  leave(key: number): void {
    const fetch = this.slots.get(key)!;
    if (--fetch.members > 0) return;
    this.slots.delete(key);
    this.free.push(fetch.slot);
  }
}
