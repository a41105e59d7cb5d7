/**
 * Root of a monotone function between `low` and `high`: Newton's method, with bisection whenever a
 * step leaves the bracket. `f` gives value and derivative. Stops at full double precision; the
 * answer is the same on every machine when `f` uses exact operations only.
 */
export function findRoot(
  f: (x: number) => readonly [value: number, derivative: number],
  low: number,
  high: number,
  guess: number = 0.5 * (low + high),
): number {
  const sign = f(low)[0] <= f(high)[0] ? 1 : -1;
  let left = low;
  let right = high;
  let x = Math.min(Math.max(guess, low), high);
  for (let i = 0; i < 200; i++) {
    const [value, derivative] = f(x);
    if (value === 0) return x;
    if (value * sign < 0) left = x;
    else right = x;
    const newton = x - value / derivative;
    const next = newton > left && newton < right ? newton : 0.5 * (left + right);
    if (Math.abs(next - x) <= 2.3e-16 * Math.abs(x)) return next;
    x = next;
  }
  return x;
}
