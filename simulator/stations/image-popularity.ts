import { exp, expm1, log, pow } from '../../scenarios/sampling/index.ts';

/** What clients of a CDN with two tiers ask for. */
export interface Popularity {
  /** Ranks by popularity; at any time each is one image. */
  readonly images: number;
  readonly zipfExponent: number;
  /** A rank gets a new image, which no cache has, after this time; Infinity: never. */
  readonly lifetimeSeconds: number;
  /** Shares of the formats, each of which is a key of its own. */
  readonly formats: readonly number[];
  readonly viewsPerSecond: number;
  readonly edges: number;
  readonly regionals: number;
}

/** How long an image stays in a cache of each tier after it was last asked for there, s. */
export interface CharacteristicTimes {
  readonly edgeSeconds: number;
  readonly regionalSeconds: number;
}

/** A stretch of the past in which edges could miss a key that they had begun without `ageSeconds` ago. */
export interface Span {
  /** The later end, ago. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly ageSeconds: number;
}

/** Ranks alike enough to be one term of a sum: `keys` of them, each wanted with this probability. */
interface Band {
  readonly keys: number;
  readonly probability: number;
}

/** Ranks up to here are terms of their own; above, ranks within one per cent of each other share one. */
const SINGLE_RANKS = 1000;
const BAND_RATIO = 1.01;
/** Ages of an image at which sums over its lifetime are taken. */
const AGES = 8;

/**
 * Che's approximation of tiered least-recently-used caches (Che, Tung, Wang, JSAC 2002): a key stays in
 * a cache for one characteristic time after its last request there, the same for all keys, and what an
 * edge misses arrives at its regional cache as a Poisson process whose rate is that of the misses. The
 * images of a rank are replaced after their lifetime, at a phase of the rank's own.
 */
export class TieredPopularity {
  private readonly bands: readonly Band[];
  private readonly edgesPerRegional: number;
  /** Requests a second of an edge. */
  private readonly edgeRate: number;
  private readonly normalization: number;
  /** Ages of an image, s, each as likely as the others. */
  private readonly ages: readonly number[];

  constructor(readonly popularity: Popularity) {
    const { images, zipfExponent, edges, regionals, viewsPerSecond, lifetimeSeconds } = popularity;
    this.ages =
      lifetimeSeconds === Infinity
        ? [Infinity]
        : Array.from({ length: AGES }, (_, i) => ((i + 0.5) / AGES) * lifetimeSeconds);
    this.edgesPerRegional = Math.max(1, edges / regionals);
    this.edgeRate = viewsPerSecond / edges;
    const bands: { keys: number; weight: number }[] = [];
    let total = 0;
    for (let first = 1; first <= images;) {
      const last =
        first <= SINGLE_RANKS ? first : Math.min(images, Math.max(first, Math.floor(first * BAND_RATIO)));
      const weight =
        first === last
          ? pow(first, -zipfExponent)
          : integralOfPower(first - 0.5, last + 0.5, zipfExponent) / (last - first + 1);
      bands.push({ keys: last - first + 1, weight });
      total += (last - first + 1) * weight;
      first = last + 1;
    }
    this.normalization = total;
    this.bands = bands.flatMap(({ keys, weight }) =>
      popularity.formats
        .filter((share) => share > 0)
        .map((share) => ({ keys, probability: (weight / total) * share })),
    );
  }

  /** Requests a second of an edge for the image of a rank (from 0) in a format. */
  rateAtEdge(rank: number, format: number): number {
    const { zipfExponent, formats } = this.popularity;
    return (this.edgeRate * formats[format]! * pow(rank + 1, -zipfExponent)) / this.normalization;
  }

  /** Probability that an edge has a key that it is asked for, when its cache counts from `windowSeconds` ago. */
  edgeHit(rate: number, windowSeconds: number): number {
    return -expm1(-rate * windowSeconds);
  }

  /**
   * Probability that the regional cache has a key when one of its edges does not: that another edge
   * missed it in one of the spans, or that edge itself before `ownSeconds`, in which it saw no request.
   */
  regionalHit(rate: number, spans: readonly Span[], ownSeconds: number, times: CharacteristicTimes): number {
    let misses = 0;
    for (const { fromSeconds, toSeconds, ageSeconds } of spans) {
      const missed = (from: number): number =>
        missesOfEdge(rate, ageSeconds, times.edgeSeconds, from, toSeconds);
      misses += (this.edgesPerRegional - 1) * missed(fromSeconds) + missed(Math.max(fromSeconds, ownSeconds));
    }
    return -expm1(-misses);
  }

  /** Hit ratios of the two tiers, the regional one of what the edges miss, in the long run. */
  hitRatios(times: CharacteristicTimes): { readonly edge: number; readonly regional: number } {
    let misses = 0;
    let regionalHits = 0;
    for (const { keys, probability } of this.bands)
      for (const age of this.ages) {
        const rate = this.edgeRate * probability;
        const window = Math.min(times.edgeSeconds, age);
        const missed = (keys * probability * exp(-rate * window)) / this.ages.length;
        const toSeconds = Math.min(times.regionalSeconds, age);
        misses += missed;
        regionalHits +=
          missed * this.regionalHit(rate, [{ fromSeconds: 0, toSeconds, ageSeconds: age }], window, times);
      }
    return { edge: 1 - misses, regional: misses === 0 ? 0 : regionalHits / misses };
  }

  /** Characteristic times of caches that hold so many objects. */
  timesOfCapacities(edge: number, regional: number): CharacteristicTimes {
    const edgeSeconds = solve(edge, (t) =>
      this.distinct(t, (rate, from, to, age) => rate * (Math.min(to, age) - from)),
    );
    const regionalSeconds = solve(regional, (t) =>
      this.distinct(
        t,
        (rate, from, to, age) => this.edgesPerRegional * missesOfEdge(rate, age, edgeSeconds, from, to),
      ),
    );
    return { edgeSeconds, regionalSeconds };
  }

  /** Characteristic times with which the tiers hit by these ratios. */
  timesOfRatios(edgeHitRatio: number, regionalHitRatio: number): CharacteristicTimes {
    const edgeSeconds = solve(
      edgeHitRatio,
      (t) => this.hitRatios({ edgeSeconds: t, regionalSeconds: t }).edge,
    );
    const regionalSeconds = solve(
      regionalHitRatio,
      (t) => this.hitRatios({ edgeSeconds, regionalSeconds: t }).regional,
    );
    return { edgeSeconds, regionalSeconds };
  }

  /**
   * Mean number of objects that were asked for within `windowSeconds`: the present image of each rank,
   * and those that it had before. `requests(rate, from, to, age)`: mean number between `to` and `from`
   * seconds ago for an image whose life began `age` seconds ago.
   */
  private distinct(
    windowSeconds: number,
    requests: (rate: number, from: number, to: number, age: number) => number,
  ): number {
    const { lifetimeSeconds } = this.popularity;
    let objects = 0;
    for (const age of this.ages)
      for (const { keys, probability } of this.bands) {
        const rate = this.edgeRate * probability;
        const seen = (from: number, to: number, since: number) =>
          -expm1(-requests(rate, from, to, since)) * (keys / this.ages.length);
        objects += seen(0, Math.min(windowSeconds, age), age);
        for (
          let ended = age, n = 0;
          ended < windowSeconds && n < MAXIMUM_GENERATIONS;
          ended += lifetimeSeconds, n++
        )
          objects += seen(ended, Math.min(windowSeconds, ended + lifetimeSeconds), ended + lifetimeSeconds);
      }
    return objects;
  }
}

/** A cache that keeps what nobody will ever ask for again for longer than this is as good as unlimited. */
const MAXIMUM_GENERATIONS = 20;
/** Longest characteristic time, s: nothing leaves a cache for want of room. */
const LONGEST_SECONDS = 1e9;

/**
 * Mean number of requests for a key that an edge misses between `to` and `from` seconds ago, when it
 * began without the key `age` seconds ago and keeps it for `kept` seconds after each request.
 */
function missesOfEdge(rate: number, age: number, kept: number, from: number, to: number): number {
  if (to <= from) return 0;
  // Since `age` ago the edge has had min(age - s, kept) seconds in which the key could be asked for.
  const full = Math.max(from, Math.min(to, age - kept));
  const steady = age - kept > from ? rate * exp(-rate * kept) * (full - from) : 0;
  const early = exp(-rate * Math.max(0, age - to)) - exp(-rate * Math.min(kept, Math.max(0, age - full)));
  return steady + (to > full ? Math.max(0, early) : 0);
}

/** Integral of x^-s. */
function integralOfPower(from: number, to: number, s: number): number {
  if (Math.abs(s - 1) < 1e-9) return log(to / from);
  return (pow(to, 1 - s) - pow(from, 1 - s)) / (1 - s);
}

/** The time at which a rising function reaches a value, within a part in a million; the longest when it never does. */
function solve(value: number, at: (seconds: number) => number): number {
  let high = 1;
  while (at(high) < value)
    if (high < LONGEST_SECONDS) high *= 10;
    else return LONGEST_SECONDS;
  let low = high === 1 ? 1e-9 : high / 10;
  while (high / low > 1 + 1e-6) {
    const middle = Math.sqrt(low * high);
    if (at(middle) < value) low = middle;
    else high = middle;
  }
  return high;
}
