/** Poisson arrivals whose rate alternates between two values (MMPP of two states), one exponential server. */
export interface Bursty {
  /** Arrivals a second in each state. */
  readonly rates: readonly [number, number];
  /** Mean time in each state, s. */
  readonly meanSeconds: readonly [number, number];
  readonly serviceRate: number;
}

type Matrix = readonly [number, number, number, number];

/**
 * Probability that an arrival finds 0, 1, 2, ... before it in MMPP/M/1. The chain of (present, state) is a
 * quasi-birth-death process: pi_n = pi_0 R^n, with R the least solution of A0 + R A1 + R^2 A2 = 0.
 * Source: Neuts (1981), Matrix-Geometric Solutions in Stochastic Models, chapter 3.
 */
export function burstyFound({ rates, meanSeconds, serviceRate: mu }: Bursty): number[] {
  const [a, b] = rates;
  const leave = [1 / meanSeconds[0], 1 / meanSeconds[1]] as const;
  const A0: Matrix = [a, 0, 0, b];
  const A1: Matrix = [-leave[0] - a - mu, leave[0], leave[1], -leave[1] - b - mu];
  const minusInverse = scale(inverse(A1), -1);
  let R: Matrix = [0, 0, 0, 0];
  for (;;) {
    const next = times(plus(A0, scale(times(R, R), mu)), minusInverse);
    const change = Math.max(...next.map((x, i) => Math.abs(x - R[i]!)));
    R = next;
    if (change < 1e-15) break;
  }
  // Level 0: pi_0 (Q - A0 + mu R) = 0, one of whose equations is redundant, and pi_0 (I - R)^-1 1 = 1.
  const atZero = plus([-leave[0] - a, leave[0], leave[1], -leave[1] - b], scale(R, mu));
  const ratio = -atZero[0] / atZero[2];
  const sums = rowSums(inverse(plus([1, 0, 0, 1], scale(R, -1))));
  const first = 1 / (sums[0] + ratio * sums[1]);
  let level: readonly [number, number] = [first, ratio * first];
  const meanRate = (a * meanSeconds[0] + b * meanSeconds[1]) / (meanSeconds[0] + meanSeconds[1]);
  const found: number[] = [];
  for (;;) {
    const seen = (level[0] * a + level[1] * b) / meanRate;
    // Falls geometrically in the end.
    if (seen < 1e-15) return found;
    found.push(seen);
    level = [level[0] * R[0] + level[1] * R[2], level[0] * R[1] + level[1] * R[3]];
  }
}

function times(x: Matrix, y: Matrix): Matrix {
  return [
    x[0] * y[0] + x[1] * y[2],
    x[0] * y[1] + x[1] * y[3],
    x[2] * y[0] + x[3] * y[2],
    x[2] * y[1] + x[3] * y[3],
  ];
}
function plus(x: Matrix, y: Matrix): Matrix {
  return [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]];
}
function scale(x: Matrix, factor: number): Matrix {
  return [x[0] * factor, x[1] * factor, x[2] * factor, x[3] * factor];
}
function inverse(x: Matrix): Matrix {
  const determinant = x[0] * x[3] - x[1] * x[2];
  return [x[3] / determinant, -x[1] / determinant, -x[2] / determinant, x[0] / determinant];
}
function rowSums(x: Matrix): readonly [number, number] {
  return [x[0] + x[1], x[2] + x[3]];
}
