import type { Arrivals, Profile } from '../scenario.ts';
import { compileSampler } from './distribution.ts';
import type { DrawnRequests } from './attention.ts';
import { drawInt32, drawUint32, streamHash, uniform, type Key } from './random.ts';

/**
 * Arrival times of one open traffic source, in order.
 *
 * The source runs on its own clock, which passes `multiplier(t)` operational ns in one ns of
 * simulated time: the integral of profile x burst state x live multiplier. In operational time the
 * process is stationary, so a changing rate needs no thinning: each arrival is found by inverting the
 * integral, piece by piece, exactly (the multiplier is linear within a piece). Source of the method:
 * Cinlar, E. (1975), Introduction to Stochastic Processes, time change of a Poisson process.
 *
 * Draws are keyed by (seed, source, sequence number). Times are floored to whole ns; the
 * operational clock keeps fractions, so that they do not add up.
 */
export interface ArrivalProcess {
  /** Time of the next arrival, ns, never before the last one; Infinity when there is none any more. */
  next(): number;
  /** Fills `times` with the next arrivals, as so many calls of `next` would. */
  fill(times: Float64Array): void;
  /**
   * Multiplies the base rate by `multiplier` (0 or more; 1 at first) from `nowNs` on, and returns the
   * new time of the pending arrival: the one that `next` returned last, which lies at `nowNs` or
   * later. What is left of its waiting, in operational time, is kept.
   */
  setMultiplier(nowNs: number, multiplier: number): number;
  /**
   * The process as it is now: both go on alike, and apart. Overwrites `former`, an earlier copy that nobody
   * needs any more, instead of making another.
   */
  copy(former?: ArrivalProcess): ArrivalProcess;
}

export type OpenArrivals = Exclude<Arrivals, { readonly process: 'closed' }>;

/**
 * The arrival process of a source with the given key (`sourceKey(seed, name)`). In `bursty`, the
 * rate in a burst is `burstRatio` times the rate in a calm, `ratePerSecond` is the mean over both,
 * phases last exponential times in simulated time, and the first state is drawn from the stationary
 * distribution. `trace` ends with its last time. `constant` begins after one gap.
 */
export function compileArrivals(arrivals: OpenArrivals, source: Key): ArrivalProcess {
  const profile = arrivals.profile ?? [];
  switch (arrivals.process) {
    case 'poisson':
      return new TimeChange(exponentialGaps(1e9 / arrivals.ratePerSecond, source), profile, null);
    case 'constant':
      return new TimeChange(constantGaps(1e9 / arrivals.ratePerSecond), profile, null);
    case 'trace':
      return new TimeChange(traceGaps(arrivals.timesMs), profile, null);
    case 'bursty': {
      const { burstRatio, meanBurstSeconds, meanCalmSeconds } = arrivals;
      const inBurst = meanBurstSeconds / (meanBurstSeconds + meanCalmSeconds);
      const calm = 1 / (1 - inBurst + burstRatio * inBurst);
      const states = new BurstStates(
        source,
        [calm, calm * burstRatio],
        [meanCalmSeconds * 1e9, meanBurstSeconds * 1e9],
        inBurst,
      );
      return new TimeChange(exponentialGaps(1e9 / arrivals.ratePerSecond, source), profile, states);
    }
  }
}

const THINNING = streamHash('thinning');

/**
 * A Poisson process of a rate that changes in time, from `fromNs` on, by thinning one of the highest rate
 * (Lewis and Shedler, Simulation of nonhomogeneous Poisson processes by thinning, 1979).
 */
export function thinnedArrivals(drawn: DrawnRequests, source: Key, fromNs: number): ArrivalProcess {
  const base = compileArrivals(
    { process: 'poisson', ratePerSecond: Math.max(drawn.maximumRatePerSecond, 1e-9) },
    source,
  );
  let candidate = 0;
  const next = (): number => {
    for (;;) {
      const time = fromNs + base.next();
      if (time >= drawn.untilNs) return Infinity;
      const u = uniform(drawUint32(source.key0, source.key1, THINNING, candidate++));
      if (u * drawn.maximumRatePerSecond < drawn.ratePerSecond(time)) return time;
    }
  };
  return {
    next,
    fill(times): void {
      for (let i = 0; i < times.length; i++) times[i] = next();
    },
    setMultiplier(): number {
      throw new Error('The readers of a post are no source whose rate a spike could change.');
    },
    copy() {
      return this;
    },
  };
}

/**
 * Fills `block` with the gaps before arrivals number `sequence` and on (from 0), in operational ns,
 * unrounded. By the block, because one tight loop costs a third of as many calls.
 */
type FillGaps = (block: Float64Array, sequence: number) => void;
const BLOCK = 256;

const GAP = streamHash('arrivals.gap');
const PHASE = streamHash('arrivals.phase');
const FIRST_PHASE = streamHash('arrivals.first-phase');

/** One exponential table for all rates: its unit is the mean. */
const UNIT_MS = 1;
const { table: exponential } = compileSampler({ distribution: 'exponential', meanMs: UNIT_MS });

/** An exponential sample with mean 1e6, unrounded (see the layout in distribution.ts). */
function exponentialUnits(draw: number): number {
  const octave = Math.clz32(draw);
  const shifted = draw << octave;
  const cell = ((octave << 5) | ((shifted >>> 26) & 31)) << 1;
  return exponential[cell]! + exponential[cell + 1]! * (shifted & 0x3ffffff);
}

function exponentialGaps(meanNs: number, { key0, key1 }: Key): FillGaps {
  const scale = meanNs / 1e6;
  return (block, sequence) => {
    // A block never straddles a multiple of 2^32.
    const high = key1 ^ Math.floor(sequence / 4294967296);
    const low = sequence | 0;
    for (let i = 0; i < block.length; i++) {
      block[i] = scale * exponentialUnits(drawInt32(key0, high, GAP, low + i));
    }
  };
}

function constantGaps(gapNs: number): FillGaps {
  return (block) => block.fill(gapNs);
}

function traceGaps(timesMs: readonly number[]): FillGaps {
  const timesNs = Float64Array.from(timesMs, (ms) => Math.floor(ms * 1e6 + 0.5));
  return (block, sequence) => {
    for (let i = 0; i < block.length; i++) {
      const n = sequence + i;
      block[i] = n < timesNs.length ? timesNs[n]! - (n > 0 ? timesNs[n - 1]! : 0) : Infinity;
    }
  };
}

/** The two-state chain of a Markov-modulated Poisson process: 0 calm, 1 burst. */
class BurstStates {
  constructor(
    private readonly source: Key,
    private readonly rates: readonly [number, number],
    private readonly meansNs: readonly [number, number],
    private readonly burstShare: number,
  ) {}
  /** State of phase number `phase`; states alternate. */
  private stateOf(phase: number): 0 | 1 {
    const first = (drawUint32(this.source.key0, this.source.key1, FIRST_PHASE, 0) + 0.5) / 4294967296;
    const startsInBurst = first < this.burstShare ? 1 : 0;
    return ((phase + startsInBurst) % 2) as 0 | 1;
  }
  rateOf(phase: number): number {
    return this.rates[this.stateOf(phase)];
  }
  lengthNs(phase: number): number {
    const draw = drawUint32(this.source.key0, this.source.key1, PHASE, phase);
    return (this.meansNs[this.stateOf(phase)] / 1e6) * exponentialUnits(draw);
  }
}

/** Beyond 2^30 ns, whole ns move from the offset into the start of a piece: sums keep their fractions. */
const LONGEST_OFFSET = 1073741824;

/** A piece of simulated time in which the multiplier is linear, and the pending arrival's place seen from it. */
interface Piece {
  startNs: number;
  endNs: number;
  /** Multiplier at start and end. */
  first: number;
  last: number;
  /** Integral over the piece, operational ns. */
  area: number;
  /** Operational ns from the start of the piece to the pending arrival; more than `area` when it lies beyond. */
  offset: number;
  /** Burst phase of the piece, and its end. */
  phase: number;
  phaseEndNs: number;
}

class TimeChange implements ArrivalProcess {
  private pointsNs: Float64Array;
  private multipliers: Float64Array;
  private readonly piece: Piece;
  /** The piece of the last arrival, with the offset of the pending one: where its search began. */
  private readonly origin: Piece;
  private multiplier = 1;
  private sequence = 0;
  private readonly gaps = new Float64Array(BLOCK);

  constructor(
    private fillGaps: FillGaps,
    profile: Profile,
    private states: BurstStates | null,
  ) {
    this.pointsNs = Float64Array.from(profile, ([second]) => second * 1e9);
    this.multipliers = Float64Array.from(profile, ([, multiplier]) => multiplier);
    const phaseEndNs = states === null ? Infinity : states.lengthNs(0);
    this.piece = { startNs: 0, endNs: 0, first: 1, last: 1, area: 0, offset: 0, phase: 0, phaseEndNs };
    this.origin = { ...this.piece };
    this.open(this.piece, 0);
    copyPiece(this.piece, this.origin);
  }

  next(): number {
    const piece = this.piece;
    const inBlock = this.sequence % BLOCK;
    if (inBlock === 0) this.fillGaps(this.gaps, this.sequence);
    this.sequence += 1;
    const gap = this.gaps[inBlock]!;
    if (piece.endNs === Infinity) {
      // One piece without end, the usual case: the multiplier is constant.
      if (piece.offset > LONGEST_OFFSET) shiftStart(piece);
      piece.offset += gap;
      return timeOf(piece);
    }
    piece.offset += gap;
    copyPiece(piece, this.origin);
    return this.search();
  }

  fill(times: Float64Array): void {
    const { piece } = this;
    for (let filled = 0; filled < times.length;) {
      if (piece.endNs === Infinity && piece.offset <= LONGEST_OFFSET && this.sequence % BLOCK > 0)
        filled = this.fillSteadily(times, filled);
      else times[filled++] = this.next();
    }
  }

  /** Goes on in a piece without end, within the block of gaps; returns how far `times` is filled. */
  private fillSteadily(times: Float64Array, from: number): number {
    const { piece, gaps } = this;
    const ahead = (this.sequence % BLOCK) - from;
    const end = Math.min(times.length, BLOCK - ahead);
    let i = from;
    for (; i < end && piece.offset <= LONGEST_OFFSET; i++) {
      piece.offset += gaps[ahead + i]!;
      times[i] = timeOf(piece);
    }
    this.sequence += i - from;
    return i;
  }

  copy(former?: ArrivalProcess): TimeChange {
    const copy =
      former instanceof TimeChange && former !== this
        ? former
        : new TimeChange(this.fillGaps, [], this.states);
    copy.fillGaps = this.fillGaps;
    copy.states = this.states;
    copy.pointsNs = this.pointsNs;
    copy.multipliers = this.multipliers;
    copyPiece(this.piece, copy.piece);
    copyPiece(this.origin, copy.origin);
    copy.multiplier = this.multiplier;
    copy.sequence = this.sequence;
    copy.gaps.set(this.gaps);
    return copy;
  }

  setMultiplier(nowNs: number, multiplier: number): number {
    const { piece, origin } = this;
    if (piece.endNs === Infinity && piece.startNs <= nowNs) copyPiece(piece, origin);
    while (nowNs >= origin.endNs) this.openNext(origin);
    const passed = operationalNs(origin, nowNs - origin.startNs);
    this.multiplier = multiplier;
    // The pending arrival was floored to whole ns: it may lie a fraction before now.
    origin.offset = Math.max(0, origin.offset - passed);
    this.open(origin, nowNs);
    copyPiece(origin, piece);
    return this.search();
  }

  /** Moves `piece` on to where the pending arrival lies, and returns its time. */
  private search(): number {
    const piece = this.piece;
    while (piece.offset > piece.area) this.openNext(piece);
    return timeOf(piece);
  }

  private openNext(piece: Piece): void {
    piece.offset -= piece.area;
    this.open(piece, piece.endNs);
  }

  /** Sets bounds, multipliers and area of the piece that begins at `startNs`. */
  private open(piece: Piece, startNs: number): void {
    const { pointsNs, multipliers, states } = this;
    while (states !== null && startNs >= piece.phaseEndNs) {
      piece.phase += 1;
      piece.phaseEndNs += states.lengthNs(piece.phase);
    }
    const count = pointsNs.length;
    let next = 0;
    while (next < count && pointsNs[next]! <= startNs) next += 1;
    const endNs = Math.min(next < count ? pointsNs[next]! : Infinity, piece.phaseEndNs);
    const scale = this.multiplier * (states === null ? 1 : states.rateOf(piece.phase));
    piece.startNs = startNs;
    piece.endNs = endNs;
    if (next === 0 || next === count) {
      const level = count === 0 ? 1 : multipliers[next === 0 ? 0 : count - 1]!;
      piece.first = level * scale;
      piece.last = piece.first;
    } else {
      const from = pointsNs[next - 1]!;
      const low = multipliers[next - 1]!;
      const slope = (multipliers[next]! - low) / (pointsNs[next]! - from);
      piece.first = (low + slope * (startNs - from)) * scale;
      piece.last = (low + slope * (endNs - from)) * scale;
    }
    piece.area = endNs === Infinity ? Infinity : 0.5 * (piece.first + piece.last) * (endNs - startNs);
  }
}

function copyPiece(from: Piece, to: Piece): void {
  to.startNs = from.startNs;
  to.endNs = from.endNs;
  to.first = from.first;
  to.last = from.last;
  to.area = from.area;
  to.offset = from.offset;
  to.phase = from.phase;
  to.phaseEndNs = from.phaseEndNs;
}

/** Time of the pending arrival, floored; the start of a piece may lie between two ns, and is not worn down by the sum. */
function timeOf(piece: Piece): number {
  const whole = Math.floor(piece.startNs);
  return whole + Math.floor(piece.startNs - whole + elapsedNs(piece));
}

/** Simulated ns from the start of a piece to the pending arrival, which lies in it. */
function elapsedNs({ startNs, endNs, first, last, offset }: Piece): number {
  if (offset === 0) return 0;
  if (first === last) return offset / first;
  const slope = (last - first) / (endNs - startNs);
  // The root of first x + slope x^2 / 2 = offset, in the form that does not cancel.
  return (2 * offset) / (first + Math.sqrt(Math.max(0, first * first + 2 * slope * offset)));
}

/** Operational ns that pass in the first `elapsed` simulated ns of a piece. */
function operationalNs({ startNs, endNs, first, last }: Piece, elapsed: number): number {
  if (first === last) return first * elapsed;
  return (first + (0.5 * (last - first) * elapsed) / (endNs - startNs)) * elapsed;
}

/** Moves the start of an endless piece to the last arrival. */
function shiftStart(piece: Piece): void {
  const whole = Math.floor(piece.offset / piece.first);
  if (whole === Infinity) return;
  piece.startNs += whole;
  piece.offset -= whole * piece.first;
}
