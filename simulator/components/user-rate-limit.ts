import { log } from '../../scenarios/sampling/index.ts';

const HOUR_NS = 3600e9;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;
/** Probability, for each hour, that somebody went over the limit before users were told apart. */
const NEGLIGIBLE = 1e-12;

/**
 * A limit of requests a user an hour, in fixed hours from the start, with users drawn uniformly.
 *
 * While so few requests have come in the hour that nobody can be over the limit (Boole's inequality
 * and the binomial tail: P <= users (e n / ((limit + 1) users))^(limit + 1) < 1e-12) it counts
 * requests only. After that it counts each user's. Since until then no decision has depended on who
 * sent what, the requests so far are handed out among the users at that moment, which gives the same
 * joint distribution as if they had been told apart from the start.
 */
export class UserRateLimit {
  private readonly untracked: number;
  private hour = 0;
  private requests = 0;
  private counts: Uint32Array | null = null;

  constructor(
    private readonly users: number,
    private readonly perHour: number,
  ) {
    const over = perHour + 1;
    // Logarithm of the largest n for which the bound is negligible.
    const exponent = (log(NEGLIGIBLE) - log(users)) / over - 1 + log(over) + log(users);
    this.untracked = Math.max(perHour, largestBelow(exponent));
  }

  /** Counts a request at a time that never falls; false: the user is over the limit. `draw(i)` gives 32 random bits. */
  admit(timeNs: number, draw: (index: number) => number): boolean {
    const hour = Math.floor(timeNs / HOUR_NS);
    if (hour !== this.hour) {
      this.hour = hour;
      this.requests = 0;
      this.counts = null;
    }
    this.requests++;
    if (this.requests <= this.untracked) return true;
    if (this.counts === null) {
      this.counts = new Uint32Array(this.users);
      for (let i = 1; i < this.requests; i++) this.countUser(draw(i));
    }
    return this.countUser(draw(0)) <= this.perHour;
  }

  private countUser(draw: number): number {
    const user = Math.floor(draw * TWO_TO_MINUS_32 * this.users);
    const count = this.counts![user]! + 1;
    this.counts![user] = count;
    return count;
  }
}

/** Largest whole number whose natural logarithm is at most `exponent`; Infinity beyond what can be counted. */
function largestBelow(exponent: number): number {
  if (exponent > 36) return Infinity;
  let low = 0;
  let high = 2 ** 52;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (log(middle) <= exponent) low = middle;
    else high = middle;
  }
  return low;
}
