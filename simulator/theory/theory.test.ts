import { describe, expect, it } from 'vitest';
import {
  erlangB,
  erlangC,
  md1WaitDistribution,
  md1WaitQuantile,
  mg1MeanSojourn,
  mg1MeanWait,
  mm1MeanSojourn,
  mm1SojournQuantile,
  mm1WaitQuantile,
  mmcMeanSojourn,
  mmcMeanWait,
  mmcSojournQuantile,
  mmcSojournSurvival,
  mmcWaitQuantile,
  sumOfExponentialsMean,
  sumOfExponentialsQuantile,
  sumOfExponentialsSurvival,
} from './index.ts';

/** Integral of f from 0 to `to` by Simpson's rule. */
function integral(f: (t: number) => number, to: number, steps = 20_000): number {
  const h = to / steps;
  let sum = f(0) + f(to);
  for (let i = 1; i < steps; i++) sum += f(i * h) * (i % 2 === 1 ? 4 : 2);
  return (sum * h) / 3;
}

describe('M/M/1 at 80 %', () => {
  const system = { arrivalRate: 800, serviceRate: 1000 };
  it('has mean sojourn 5 ms, median 3.466 ms and p99 23.03 ms', () => {
    expect(mm1MeanSojourn(system)).toBe(0.005);
    expect(mm1SojournQuantile(0.5, system)).toBeCloseTo(0.0034657, 7);
    expect(mm1SojournQuantile(0.99, system)).toBeCloseTo(0.0230259, 7);
  });
  it('has p99 wait 21.91 ms, and none for the fifth that finds it idle', () => {
    expect(mm1WaitQuantile(0.99, system)).toBeCloseTo(0.02191, 5);
    expect(mm1WaitQuantile(0.2, system)).toBe(0);
  });
});

describe('Erlang B', () => {
  // Tables of the Erlang loss formula (Cooper 1981, appendix A), to the digits printed there.
  it.each([
    [1, 1, 0.5],
    [5, 10, 0.0184],
    [10, 10, 0.2146],
    [10, 15, 0.0365],
    [20, 30, 0.0085],
    [0.9, 5, 0.002],
    [84.06, 100, 0.01],
  ])('at load %s with %s servers is %s', (load, servers, expected) => {
    expect(erlangB(load, servers)).toBeCloseTo(expected, 4);
  });
});

describe('Erlang C', () => {
  it.each([
    [0.8, 1, 0.8],
    [1.6, 2, 0.7111],
    [4, 5, 0.5541],
    [8, 10, 0.4092],
    [18, 20, 0.5508],
  ])('at load %s with %s servers is %s', (load, servers, expected) => {
    expect(erlangC(load, servers)).toBeCloseTo(expected, 4);
  });
  it('agrees with its definition as a ratio of sums', () => {
    for (const [load, servers] of [
      [3.3, 4],
      [11.9, 16],
    ] as const) {
      const term = (n: number): number =>
        Array.from({ length: n }).reduce<number>((x, _, i) => (x * load) / (i + 1), 1);
      const all = (term(servers) * servers) / (servers - load);
      const below = Array.from({ length: servers }, (_, n) => term(n)).reduce((a, b) => a + b);
      expect(erlangC(load, servers)).toBeCloseTo(all / (below + all), 12);
    }
  });
});

describe('M/M/c', () => {
  const four = { arrivalRate: 3.2, serviceRate: 1, servers: 4 };
  it('with one server is M/M/1', () => {
    const one = { arrivalRate: 0.8, serviceRate: 1, servers: 1 };
    expect(mmcMeanSojourn(one)).toBeCloseTo(mm1MeanSojourn(one), 12);
    for (const p of [0.1, 0.5, 0.99, 0.9999]) {
      expect(mmcSojournQuantile(p, one) / mm1SojournQuantile(p, one)).toBeCloseTo(1, 9);
      expect(mmcWaitQuantile(p, one)).toBeCloseTo(mm1WaitQuantile(p, one), 9);
    }
  });
  it('has mean queue length 2.3857 with four servers at 80 % (Gross & Harris, table of L_q)', () => {
    expect(four.arrivalRate * mmcMeanWait(four)).toBeCloseTo(2.3857, 4);
  });
  it.each([
    four,
    { arrivalRate: 3, serviceRate: 1, servers: 4 },
    { arrivalRate: 100, serviceRate: 12.5, servers: 16 },
  ])('mean sojourn of %o is the integral of its tail, and quantiles invert the tail', (system) => {
    const mean = integral((t) => mmcSojournSurvival(t, system), 60 / system.serviceRate);
    expect(mean / mmcMeanSojourn(system)).toBeCloseTo(1, 6);
    for (const p of [0.01, 0.5, 0.99, 0.9999]) {
      const tail = mmcSojournSurvival(mmcSojournQuantile(p, system), system);
      expect(tail / (1 - p)).toBeCloseTo(1, 9);
    }
  });
});

describe('sum of exponentials', () => {
  it('of one is exponential', () => {
    expect(sumOfExponentialsQuantile(0.99, [2]) / (Math.log(100) / 2)).toBeCloseTo(1, 9);
  });
  it('of two rates is their partial fractions', () => {
    const [a, b] = [2, 5];
    for (const t of [0, 0.1, 1, 4]) {
      const exact = (b * Math.exp(-a * t) - a * Math.exp(-b * t)) / (b - a);
      expect(sumOfExponentialsSurvival(t, [a, b])).toBeCloseTo(exact, 12);
    }
  });
  it('of equal rates is Erlang: half of chi-square with 6 degrees of freedom', () => {
    // Tables of chi-square: 16.812 at 99 %, 5.348 at 50 %.
    expect(2 * sumOfExponentialsQuantile(0.99, [1, 1, 1])).toBeCloseTo(16.812, 3);
    expect(2 * sumOfExponentialsQuantile(0.5, [1, 1, 1])).toBeCloseTo(5.348, 3);
  });
  it('has the mean that its tail integrates to', () => {
    const rates = [200, 300, 250];
    expect(
      integral((t) => sumOfExponentialsSurvival(t, rates), 0.2, 400) / sumOfExponentialsMean(rates),
    ).toBeCloseTo(1, 5);
  });
});

describe('M/G/1', () => {
  it('is M/M/1 with cv 1, and waits half as long with constant service', () => {
    const exponential = { arrivalRate: 0.8, meanService: 1, cv2: 1 };
    expect(mg1MeanSojourn(exponential)).toBeCloseTo(5, 12);
    expect(mg1MeanWait({ ...exponential, cv2: 0 })).toBeCloseTo(2, 12);
  });
});

describe('M/D/1 wait', () => {
  /** Erlang (1909), whose terms alternate: good for short waits. */
  const erlang = (t: number, rho: number): number => {
    let sum = 0;
    for (let k = 0; k <= Math.floor(t); k++) {
      let term = 1;
      for (let i = 1; i <= k; i++) term *= (-rho * (t - k)) / i;
      sum += term * Math.exp(rho * (t - k));
    }
    return (1 - rho) * sum;
  };
  it.each([0.3, 0.7, 0.9])('at utilisation %s agrees with the formula of Erlang', (rho) => {
    for (const t of [0, 0.4, 1, 1.7, 3.2, 6.9]) {
      expect(md1WaitDistribution(t, rho, 1)).toBeCloseTo(erlang(t, rho), 9);
    }
  });
  it('has the mean of Pollaczek and Khinchine', () => {
    const mean = integral((t) => 1 - md1WaitDistribution(t, 0.8, 1), 60, 1200);
    expect(mean / mg1MeanWait({ arrivalRate: 0.8, meanService: 1, cv2: 0 })).toBeCloseTo(1, 4);
  });
  it('has quantiles that invert it, and none for those who find it idle', () => {
    for (const p of [0.5, 0.9, 0.99, 0.999]) {
      expect(md1WaitDistribution(md1WaitQuantile(p, 700, 0.001), 700, 0.001)).toBeCloseTo(p, 9);
    }
    expect(md1WaitQuantile(0.29, 700, 0.001)).toBe(0);
  });
});
