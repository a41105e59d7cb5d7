import { describe, expect, it } from 'vitest';
import {
  burstyFound,
  erlangB,
  erlangMixtureMean,
  erlangMixtureQuantile,
  exponentialTail,
  finiteSourceFound,
  finiteSourceMeanResponse,
  firstOfTwoSojourn,
  geometricSum,
  hyperexponentialService,
  latticeOf,
  latticeQuantile,
  lognormalService,
  md1WaitQuantile,
  mg1MeanSojourn,
  mg1Sojourn,
  mm1SojournQuantile,
  mm1WaitQuantile,
  mmcMeanSojourn,
  mmckLoss,
  mmckMeanSojourn,
  mmckSojournQuantile,
  mmcSojournQuantile,
  normalTail,
  pointLattice,
  priorityMeanWaits,
  quorumMean,
  quorumQuantile,
  residualLattice,
  twoStageService,
  type Lattice,
} from './index.ts';

const meanOf = ({ step, mass }: Lattice): number => mass.reduce((m, p, n) => m + n * step * p, 0);

describe('distributions on a lattice', () => {
  const points = 4000;
  it('give the quantiles of M/M/1', () => {
    const sojourn = mg1Sojourn(800, { mean: 0.001, tail: exponentialTail(1000) }, 0.00002, points);
    for (const p of [0.5, 0.95, 0.99, 0.999]) {
      const exact = mm1SojournQuantile(p, { arrivalRate: 800, serviceRate: 1000 });
      expect(Math.abs(latticeQuantile(p, sojourn) / exact - 1)).toBeLessThan(2e-4);
    }
  });
  it('give the quantiles of the wait in M/D/1, whose service is no smooth distribution', () => {
    const service = 0.001;
    // Half at the jump itself, so that both cells around it are integrated exactly.
    const tail = (t: number): number => (Math.abs(t - service) < 1e-9 ? 0.5 : t < service ? 1 : 0);
    const wait = geometricSum(0.7, residualLattice(tail, service, 0.00001, points));
    for (const p of [0.5, 0.9, 0.99])
      expect(Math.abs(latticeQuantile(p, wait) / md1WaitQuantile(p, 700, service) - 1)).toBeLessThan(0.003);
  });
  it('keep the mean that Pollaczek and Khinchine give', () => {
    for (const [service, cv2] of [
      [lognormalService(0.001, 1.5), 2.25],
      [hyperexponentialService(0.001, 2), 4],
    ] as const) {
      const sojourn = mg1Sojourn(600, service, 0.00005, points);
      const exact = mg1MeanSojourn({ arrivalRate: 600, meanService: 0.001, cv2 });
      expect(Math.abs(meanOf(sojourn) / exact - 1)).toBeLessThan(2e-3);
    }
  });
  it('hardly change when the step is halved', () => {
    const coarse = mg1Sojourn(600, lognormalService(0.001, 1.5), 0.00004, points / 2);
    const fine = mg1Sojourn(600, lognormalService(0.001, 1.5), 0.00002, points);
    for (const p of [0.5, 0.95, 0.99])
      expect(Math.abs(latticeQuantile(p, coarse) / latticeQuantile(p, fine) - 1)).toBeLessThan(1e-3);
  });
  it('say when they end too early', () => {
    expect(() => latticeQuantile(0.999, latticeOf(exponentialTail(1), 0.01, 100))).toThrow('ends below');
  });
  it('hold a constant', () => {
    expect(meanOf(pointLattice(0.5, 0.01, 100))).toBeCloseTo(0.5, 12);
  });
  it('make a sum of two stages', () => {
    const law = twoStageService(0.001, 0.002);
    expect(meanOf(latticeOf(law.tail, 0.00001, 4000))).toBeCloseTo(0.003, 6);
  });
});

describe('the normal distribution', () => {
  // Abramowitz & Stegun 1964, table 26.1 and 26.2.
  it.each([
    [0, 0.5],
    [1, 0.15865525393145705],
    [1.96, 0.024997895148220435],
    [4, 3.167124183311986e-5],
    [6, 9.865876450376946e-10],
    [-2, 0.9772498680518208],
  ])('beyond %d', (z, exact) => {
    expect(Math.abs(normalTail(z) / exact - 1)).toBeLessThan(1e-9);
  });
});

describe('a finite number of places', () => {
  it('is Erlang B without waiting room', () => {
    expect(mmckLoss({ arrivalRate: 8, serviceRate: 1, servers: 10, places: 10 })).toBeCloseTo(
      erlangB(8, 10),
      12,
    );
  });
  it('is M/M/c with very much of it', () => {
    const system = { arrivalRate: 600, serviceRate: 250, servers: 4, places: 60 };
    expect(mmckMeanSojourn(system)).toBeCloseTo(mmcMeanSojourn(system), 9);
    expect(mmckSojournQuantile(0.99, system)).toBeCloseTo(mmcSojournQuantile(0.99, system), 7);
  });
});

describe('priorities', () => {
  const flat = [
    { arrivalRate: 300, meanService: 0.001, cv2: 1 },
    { arrivalRate: 400, meanService: 0.001, cv2: 1 },
  ];
  it('leave the mean work alone (conservation law, Kleinrock 1965)', () => {
    const [first, second] = priorityMeanWaits(flat);
    expect(0.3 * first! + 0.4 * second!).toBeCloseTo((0.7 * 0.7 * 0.001) / 0.3, 9);
  });
  it('give the first class the mean that Cobham gives', () => {
    const sojourn = firstOfTwoSojourn({ first: 300, second: 400, service: 1000 }, 0.00001, 4000);
    expect(meanOf(sojourn)).toBeCloseTo(priorityMeanWaits(flat)[0]! + 0.001, 6);
  });
});

describe('a finite source', () => {
  const system = { users: 20, meanThink: 0.05, serviceRate: 300 };
  it('has the mean of exact mean value analysis', () => {
    expect(erlangMixtureMean(finiteSourceFound(system), 300)).toBeCloseTo(
      finiteSourceMeanResponse(system),
      12,
    );
  });
  it('is one service for one user', () => {
    expect(finiteSourceMeanResponse({ ...system, users: 1 })).toBeCloseTo(1 / 300, 12);
  });
});

describe('bursty arrivals', () => {
  it('are M/M/1 when both rates are the same', () => {
    const found = burstyFound({ rates: [700, 700], meanSeconds: [0.3, 0.7], serviceRate: 1000 });
    found.slice(0, 20).forEach((p, n) => {
      expect(p).toBeCloseTo(0.3 * 0.7 ** n, 9);
    });
    expect(erlangMixtureQuantile(0.99, found, 1000)).toBeCloseTo(
      mm1SojournQuantile(0.99, { arrivalRate: 700, serviceRate: 1000 }),
      7,
    );
  });
  it('are a mixture of two M/M/1 when the states hardly ever change', () => {
    const found = burstyFound({ rates: [200, 800], meanSeconds: [1e6, 1e6], serviceRate: 1000 });
    // Of all arrivals a fifth comes in the quiet state.
    expect(found[0]).toBeCloseTo(0.2 * 0.8 + 0.8 * 0.2, 5);
    expect(found[3]).toBeCloseTo(0.2 * 0.8 * 0.2 ** 3 + 0.8 * 0.2 * 0.8 ** 3, 5);
  });
});

describe('a quorum', () => {
  it('of one of one is the answer itself, of n of n the slowest', () => {
    expect(quorumMean({ answers: 1, of: 1, mean: 3 })).toBe(3);
    expect(quorumQuantile(0.9, { answers: 3, of: 3, mean: 1 })).toBeCloseTo(-Math.log(1 - 0.9 ** (1 / 3)), 9);
  });
  it('of two of three takes 5/6 of an answer on average', () => {
    expect(quorumMean({ answers: 2, of: 3, mean: 1 })).toBeCloseTo(5 / 6, 12);
  });
});

it('the wait of M/M/1 is the geometric sum of its services', () => {
  const wait = geometricSum(0.8, latticeOf(exponentialTail(1000), 0.00002, 3000));
  expect(latticeQuantile(0.9, wait)).toBeCloseTo(
    mm1WaitQuantile(0.9, { arrivalRate: 800, serviceRate: 1000 }),
    5,
  );
});
