import { describe, expect, it } from 'vitest';
import type { Profile } from '../scenario.ts';
import { compileArrivals, type ArrivalProcess, type OpenArrivals } from './arrivals.ts';
import { normalQuantile } from './math.ts';
import { sourceKey } from './random.ts';

/** Each random check below fails by chance with probability below 1e-5. */
const Z = normalQuantile(1 - 5e-6, 5e-6);
const poisson: OpenArrivals = { process: 'poisson', ratePerSecond: 1000 };

function process(arrivals: OpenArrivals, seed = 1): ArrivalProcess {
  return compileArrivals(arrivals, sourceKey(seed, 'client'));
}

/** Times of all arrivals before `seconds`, ns. */
function timesBefore(arrivals: OpenArrivals, seconds: number, seed = 1): number[] {
  const p = process(arrivals, seed);
  const times: number[] = [];
  for (let t = p.next(); t < seconds * 1e9; t = p.next()) times.push(t);
  return times;
}

function countsBySecond(times: readonly number[], seconds: number): number[] {
  const counts = Array<number>(seconds).fill(0);
  for (const t of times) counts[Math.floor(t / 1e9)]! += 1;
  return counts;
}

describe('poisson', () => {
  const SECONDS = 400;
  const times = timesBefore(poisson, SECONDS);
  it('gives whole ns in order', () => {
    expect(times.every((t, i) => Number.isInteger(t) && t >= (times[i - 1] ?? 0))).toBe(true);
  });
  it('has Poisson counts: mean and variance', () => {
    const counts = countsBySecond(times, SECONDS);
    const mean = times.length / SECONDS;
    const variance = counts.reduce((s, c) => s + (c - mean) ** 2, 0) / (SECONDS - 1);
    expect(Math.abs(times.length - 1000 * SECONDS)).toBeLessThan(Z * Math.sqrt(1000 * SECONDS));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(Z * Math.sqrt(2 / SECONDS));
  });
  it('has exponential gaps', () => {
    const gaps = times.slice(1).map((t, i) => t - times[i]!);
    for (const p of [0.1, 0.5, 0.9, 0.99]) {
      const above = gaps.filter((g) => g > -1e6 * Math.log(1 - p)).length / gaps.length;
      expect(Math.abs(above - (1 - p))).toBeLessThan(Z * Math.sqrt((p * (1 - p)) / gaps.length) + 2e-4);
    }
  });
  it('depends on seed and source, and on nothing else', () => {
    expect(timesBefore(poisson, 1)).toEqual(timesBefore(poisson, 1));
    expect(timesBefore(poisson, 1, 2)).not.toEqual(timesBefore(poisson, 1));
  });
});

describe('constant', () => {
  it('does not drift: arrival n is at floor(n / rate), within a ns', () => {
    const p = process({ process: 'constant', ratePerSecond: 3000 });
    for (let n = 1; n <= 3_000_000; n++) {
      const t = p.next();
      if (n % 100_000 === 0) expect(Math.abs(t - Math.floor((n * 1e9) / 3000))).toBeLessThanOrEqual(1);
    }
  });
  it('follows a profile: linear from 1 to 3 over 10 s, then 3', () => {
    const profile: Profile = [
      [0, 1],
      [10, 3],
    ];
    const times = timesBefore({ process: 'constant', ratePerSecond: 100, profile }, 20);
    // Integral: 100 (t + t^2 / 10) until 10 s, 300 (t - 10) after.
    const expected = (n: number): number => {
      const operational = n / 100;
      return operational <= 20 ? -5 + Math.sqrt(25 + 10 * operational) : 10 + (operational - 20) / 3;
    };
    expect(times.length).toBe(4999); // number 5000 falls on the end itself
    times.forEach((t, i) => expect(Math.abs(t / 1e9 - expected(i + 1))).toBeLessThan(1e-8));
  });
  it('waits while the profile is zero', () => {
    const profile: Profile = [
      [0, 0],
      [5, 0],
      [5, 1],
      [6, 1],
      [6, 0],
      [8, 0],
      [8, 1],
    ];
    const times = timesBefore({ process: 'constant', ratePerSecond: 9.7, profile }, 10);
    const counts = countsBySecond(times, 10);
    expect(counts.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(counts.slice(6, 8)).toEqual([0, 0]);
    expect(counts[5]! + counts[8]! + counts[9]!).toBe(times.length);
    expect(times.length).toBe(29); // 9.7 a second over three seconds of traffic
  });
  it('ends when the profile ends at zero', () => {
    const p = process({
      process: 'constant',
      ratePerSecond: 10,
      profile: [
        [0, 1],
        [1, 0],
      ],
    });
    expect([1, 2, 3, 4].every(() => Number.isFinite(p.next()))).toBe(true);
    for (let i = 0; i < 2; i++) p.next();
    expect(p.next()).toBe(Infinity);
  });
});

describe('trace', () => {
  it('repeats its times and ends', () => {
    const p = process({ process: 'trace', timesMs: [0, 0.5, 0.5, 1234.567891] });
    expect([p.next(), p.next(), p.next(), p.next(), p.next()]).toEqual([
      0,
      500_000,
      500_000,
      1_234_567_891,
      Infinity,
    ]);
  });
});

describe('poisson with a profile', () => {
  it('has the mean counts of its integral', () => {
    const profile: Profile = [
      [0, 0.5],
      [50, 2],
      [100, 0.5],
    ];
    const counts = countsBySecond(timesBefore({ ...poisson, profile }, 100), 100);
    const ten = Array.from({ length: 10 }, (_, i) =>
      counts.slice(10 * i, 10 * i + 10).reduce((a, b) => a + b),
    );
    const rateAt = (t: number): number => 1000 * (t < 50 ? 0.5 + 0.03 * t : 2 - 0.03 * (t - 50));
    ten.forEach((count, i) => {
      const mean = 10 * rateAt(10 * i + 5);
      expect(Math.abs(count - mean)).toBeLessThan(Z * Math.sqrt(mean));
    });
  });
});

describe('bursty', () => {
  const bursty: OpenArrivals = {
    process: 'bursty',
    ratePerSecond: 2000,
    burstRatio: 4,
    meanBurstSeconds: 1,
    meanCalmSeconds: 3,
  };
  const SECONDS = 4000;
  const counts = countsBySecond(timesBefore(bursty, SECONDS), SECONDS);
  // Rates 2000 / (0.75 + 4 x 0.25) = 1142.9 and 4571.4; relaxation rate r = 1 + 1/3.
  const calm = 2000 / 1.75;
  const r = 4 / 3;
  /** Variance of the rate process: (difference of rates)^2 p (1 - p). */
  const rateVariance = (3 * calm) ** 2 * 0.25 * 0.75;
  it('has its mean rate over the long run', () => {
    const mean = counts.reduce((a, b) => a + b) / SECONDS;
    // Integral of the autocovariance e^-rt, twice.
    const sigma = Math.sqrt(((2 * rateVariance) / r + 2000) / SECONDS);
    expect(Math.abs(mean - 2000)).toBeLessThan(Z * sigma);
  });
  it('has the variance of counts of a two-state MMPP', () => {
    // Fischer & Meier-Hellstern (1993), eq. 14: Var N(t) = mean t + 2 v (t / r - (1 - e^-rt) / r^2).
    const expected = 2000 + 2 * rateVariance * (1 / r - (1 - Math.exp(-r)) / r ** 2);
    const mean = counts.reduce((a, b) => a + b) / SECONDS;
    const variance = counts.reduce((s, c) => s + (c - mean) ** 2, 0) / (SECONDS - 1);
    // About SECONDS / 2 independent counts of bounded spread.
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.12);
  });
  it('starts in a burst as often as the stationary chain is in one', () => {
    const N = 4000;
    let bursts = 0;
    for (let seed = 0; seed < N; seed++) {
      const p = compileArrivals(
        { ...bursty, ratePerSecond: 1e6, burstRatio: 1000 },
        sourceKey(seed, 'client'),
      );
      for (let i = 0; i < 9; i++) p.next();
      if (p.next() < 10e3) bursts += 1; // 10 arrivals: 2.5 us in a burst, 2.5 ms in a calm
    }
    expect(Math.abs(bursts / N - 0.25)).toBeLessThan(Z * Math.sqrt((0.25 * 0.75) / N));
  });
});

it.each<[string, OpenArrivals]>([
  [
    'phases of bursts',
    { process: 'bursty', ratePerSecond: 2000, burstRatio: 4, meanBurstSeconds: 0.1, meanCalmSeconds: 0.3 },
  ],
  [
    'points of a profile',
    {
      ...poisson,
      profile: [
        [0.1 + 1e-10, 1],
        [0.3 + 7e-10, 2],
        [0.7, 0.5],
      ],
    },
  ],
])('gives whole ns in order where %s lie between them', (_name, arrivals) => {
  const times = timesBefore(arrivals, 5);
  expect(times.length).toBeGreaterThan(2000);
  expect(times.every((t, i) => Number.isInteger(t) && t >= (times[i - 1] ?? 0))).toBe(true);
});

it.each<[string, OpenArrivals]>([
  ['poisson', poisson],
  [
    'bursty',
    { process: 'bursty', ratePerSecond: 900, burstRatio: 3, meanBurstSeconds: 0.1, meanCalmSeconds: 0.2 },
  ],
])(
  'a copy of %s goes on alike and apart, and takes the place of one that nobody needs',
  (_name, arrivals) => {
    const next = (p: ArrivalProcess, count: number) => Array.from({ length: count }, () => p.next());
    const original = process(arrivals);
    const former = process({ process: 'constant', ratePerSecond: 7 }, 2);
    next(former, 5);
    next(original, 300);
    const copies = [original.copy(), original.copy(former), original.copy(original)];
    expect(copies[1]).toBe(former);
    for (const copy of copies) next(copy.copy(), 100);
    const expected = next(original, 700);
    for (const copy of copies) expect(next(copy, 700)).toEqual(expected);
  },
);

it.each<[string, OpenArrivals]>([
  ['poisson', poisson],
  ['rare ones, which leave the start of their piece behind', { process: 'poisson', ratePerSecond: 0.4 }],
  ['constant', { process: 'constant', ratePerSecond: 3 }],
  ['a trace that ends', { process: 'trace', timesMs: [1, 2, 2.5, 7] }],
  [
    'a profile',
    {
      process: 'poisson',
      ratePerSecond: 900,
      profile: [
        [0.1, 1],
        [0.3, 4],
      ],
    },
  ],
  [
    'bursty',
    { process: 'bursty', ratePerSecond: 900, burstRatio: 3, meanBurstSeconds: 0.1, meanCalmSeconds: 0.2 },
  ],
])('fills batches with what would come one by one: %s', (_name, arrivals) => {
  const plain = process(arrivals);
  const filled = process(arrivals);
  for (const count of [1, 2, 253, 1, 600, 255, 256, 257, 1]) {
    const times = new Float64Array(count);
    filled.fill(times);
    expect([...times]).toEqual(Array.from({ length: count }, () => plain.next()));
    const multiplier = 1 + (count % 3);
    const nowNs = Math.min(times[count - 1]!, 1e12);
    expect(filled.setMultiplier(nowNs, multiplier)).toBe(plain.setMultiplier(nowNs, multiplier));
  }
});

describe('a live multiplier', () => {
  it('rescales what is left of the wait', () => {
    const p = process({ process: 'constant', ratePerSecond: 1 });
    expect(p.next()).toBe(1e9);
    expect(p.setMultiplier(0.5e9, 10)).toBe(0.55e9);
    expect(p.setMultiplier(0.52e9, 0)).toBe(Infinity);
    expect(p.setMultiplier(0.8e9, 1)).toBe(1.1e9);
    expect(p.next()).toBe(2.1e9);
    expect(p.setMultiplier(1.1e9, 1)).toBe(2.1e9);
  });
  it('does so before, in and after a profile, wherever the pending arrival lies', () => {
    const profile: Profile = [
      [10, 1],
      [20, 3],
    ];
    // Operational time: t until 10, then t + (t - 10)^2 / 10 until 20 (where it is 30), then slope 3.
    const p = process({ process: 'constant', ratePerSecond: 1 / 35, profile });
    expect(p.next() / 1e9).toBeCloseTo(20 + 5 / 3, 8);
    // 31.4 operational seconds are left at 3.6 s; twice as many pass from there on.
    const pending = p.setMultiplier(3.6e9, 2) / 1e9;
    const x = -5 + Math.sqrt(25 + 10 * ((31.4 - 12.8) / 2));
    expect(pending).toBeCloseTo(10 + x, 8);
    // Back to one at 15 s: 12.8 + 2 (5 + 2.5) = 27.8 of 31.4 have passed.
    expect(p.setMultiplier(15e9, 1) / 1e9).toBeCloseTo(10 + -5 + Math.sqrt(25 + 10 * (7.5 + 3.6)), 8);
  });
  it('that does not change the rate does not change a single time', () => {
    const profile: Profile = [
      [1, 0.2],
      [2, 3],
      [4, 1],
    ];
    const cases: OpenArrivals[] = [
      poisson,
      { ...poisson, profile },
      {
        process: 'bursty',
        ratePerSecond: 500,
        burstRatio: 5,
        meanBurstSeconds: 0.1,
        meanCalmSeconds: 0.2,
        profile,
      },
    ];
    for (const arrivals of cases) {
      const plain = timesBefore(arrivals, 6);
      const p = process(arrivals);
      const touched = plain.map((_, i) => {
        const t = p.next();
        const previous = i === 0 ? 0 : plain[i - 1]!;
        return i % 3 === 0 ? p.setMultiplier(Math.floor((previous + t) / 2), 1) : t;
      });
      // Anchoring at whole ns moves a time by its fraction at most.
      touched.forEach((t, i) => expect(Math.abs(t - plain[i]!)).toBeLessThanOrEqual(1));
    }
  });
  it('keeps Poisson arrivals Poisson at the new rate', () => {
    const p = process(poisson);
    let count = 0;
    let t = p.next();
    while (t < 50e9) t = p.next();
    t = p.setMultiplier(50e9, 5);
    for (; t < 150e9; t = p.next()) count += 1;
    expect(Math.abs(count - 500_000)).toBeLessThan(Z * Math.sqrt(500_000));
  });
});
