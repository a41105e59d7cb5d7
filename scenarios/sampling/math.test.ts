import { describe, expect, it } from 'vitest';
import { exp, expm1, log, log1p, normalQuantile, pow, scaleByPowerOfTwo } from './math.ts';

/** Distance in units in the last place between two finite doubles of the same sign. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const view = new BigInt64Array(new Float64Array([a, b]).buffer);
  const distance = view[0]! - view[1]!;
  return Number(distance < 0n ? -distance : distance);
}

/** Points that cover many magnitudes on both sides, from a fixed additive sequence. */
function points(count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, (_, i) => low + (high - low) * ((i * 0.6180339887498949 + 0.137) % 1));
}

function worst(xs: readonly number[], ours: (x: number) => number, theirs: (x: number) => number): number {
  return xs.reduce((most, x) => Math.max(most, ulps(ours(x), theirs(x))), 0);
}

const magnitudes = points(40_000, -300, 300).map((e) => 10 ** e);
const small = points(20_000, -18, 0).flatMap((e) => [10 ** e, -(10 ** e)]);

// The built-in functions are themselves within one unit of the true value, hence two between them.
describe('elementary functions stay within a unit in the last place of the built-in ones', () => {
  it('exp', () => {
    expect(worst([...points(40_000, -708, 709), ...small], exp, Math.exp)).toBeLessThanOrEqual(1);
  });
  it('exp of subnormal results', () => {
    expect(worst(points(5_000, -745, -708), exp, Math.exp)).toBeLessThanOrEqual(1);
  });
  it('expm1', () => {
    expect(worst([...points(40_000, -50, 700), ...small], expm1, Math.expm1)).toBeLessThanOrEqual(1);
  });
  it('log', () => {
    expect(
      worst([...magnitudes, ...points(40_000, 0, 3), 5e-324, 1e-310], log, Math.log),
    ).toBeLessThanOrEqual(1);
  });
  it('log1p', () => {
    const xs = [...magnitudes, ...points(40_000, -1, 3), ...small.filter((x) => x > -1)];
    expect(worst(xs, log1p, Math.log1p)).toBeLessThanOrEqual(2);
  });
  it('pow', () => {
    const exponents = points(200, -12, 12);
    const bases = points(300, -20, 20).map((e) => 10 ** e);
    const most = exponents.reduce(
      (m, y) =>
        Math.max(
          m,
          worst(
            bases,
            (x) => pow(x, y),
            (x) => Math.pow(x, y),
          ),
        ),
      0,
    );
    expect(most).toBeLessThanOrEqual(1);
  });
});

describe('edges', () => {
  it.each([
    [exp(0), 1],
    [exp(-Infinity), 0],
    [exp(Infinity), Infinity],
    [exp(NaN), NaN],
    [log(1), 0],
    [log(0), -Infinity],
    [log(-1), NaN],
    [log(Infinity), Infinity],
    [log1p(-1), -Infinity],
    [log1p(0), 0],
    [expm1(0), 0],
    [expm1(-Infinity), -1],
    [pow(0, 2), 0],
    [pow(0, -2), Infinity],
    [pow(2, 10), 1024],
    [pow(2, -1074), 5e-324],
    [pow(4, 0.5), 2],
    [pow(-1, 2), NaN],
    [pow(10, 400), Infinity],
    [pow(10, -400), 0],
    [scaleByPowerOfTwo(3, -1074), 1.5e-323],
    [scaleByPowerOfTwo(1, 1023), 2 ** 1023],
  ])('%s is %s', (ours, expected) => {
    expect(ours).toBe(expected);
  });
});

describe('normal quantile', () => {
  // Values of Wichura's paper and of standard tables, to the digits printed there.
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.5, 0],
  ])('at %s', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 13);
  });
  it('is antisymmetric in its two tails', () => {
    for (const p of [1e-300, 1e-12, 0.01, 0.3]) {
      expect(normalQuantile(1 - p, p)).toBe(-normalQuantile(p, 1 - p));
    }
  });
});
