import { exp, expm1, log, log1p, uniform } from '../../scenarios/sampling/index.ts';

/**
 * Ranks 0 to n-1 with probability proportional to 1 / (rank + 1)^s, by rejection-inversion
 * (Hormann and Derflinger, 1996): exact, no table, about 1.1 tries a sample.
 */
export class Zipf {
  private readonly lowest: number;
  private readonly highest: number;
  private readonly squeeze: number;

  constructor(
    private readonly n: number,
    private readonly s: number,
  ) {
    this.lowest = this.integral(1.5) - 1;
    this.highest = this.integral(n + 0.5);
    this.squeeze = 2 - this.inverse(this.integral(2.5) - this.density(2));
  }

  /** `draw(i)`: the i-th 32-bit draw of the request for this purpose. */
  sample(draw: (index: number) => number): number {
    for (let attempt = 0; ; attempt++) {
      const u = this.highest + uniform(draw(attempt)) * (this.lowest - this.highest);
      const x = this.inverse(u);
      const k = Math.min(this.n, Math.max(1, Math.floor(x + 0.5)));
      if (k - x <= this.squeeze || u >= this.integral(k + 0.5) - this.density(k)) return k - 1;
    }
  }

  /** Antiderivative of the density x^-s. */
  private integral(x: number): number {
    const logX = log(x);
    return ratioExpm1((1 - this.s) * logX) * logX;
  }

  private density(x: number): number {
    return exp(-this.s * log(x));
  }

  private inverse(x: number): number {
    const t = Math.max(-1, x * (1 - this.s));
    return exp(ratioLog1p(t) * x);
  }
}

/** expm1(x) / x, continued at 0. */
function ratioExpm1(x: number): number {
  return Math.abs(x) > 1e-8 ? expm1(x) / x : 1 + x * 0.5 * (1 + (x / 3) * (1 + 0.25 * x));
}

/** log1p(x) / x, continued at 0. */
function ratioLog1p(x: number): number {
  return Math.abs(x) > 1e-8 ? log1p(x) / x : 1 - x * (0.5 - x * (1 / 3 - 0.25 * x));
}
