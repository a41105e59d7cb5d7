/**
 * MSER-5: where to cut off the warm-up of a run.
 *
 * `means` are batch means (of five observations each) of an output, in time order. The number of
 * leading batches is returned that minimises the marginal standard error
 * sum (x - mean)^2 / (n - d)^2 over what is kept; at most half of all, since a minimum further on
 * says only that the run is too short.
 * Source: White, K. P. (1997), Simulation 69(6), 323-334; White, Cobb & Spratt (2000), WSC, 755-760.
 */
export function mser(means: readonly number[]): number {
  const n = means.length;
  let sum = 0;
  let squares = 0;
  let least = Infinity;
  let best = 0;
  const centre = n === 0 ? 0 : means[n - 1]!;
  for (let d = n - 1; d >= 0; d--) {
    const x = means[d]! - centre; // shifted: squares of nearly equal numbers cancel less
    sum += x;
    squares += x * x;
    const kept = n - d;
    const error = (squares - (sum * sum) / kept) / (kept * kept);
    if (2 * d <= n && error <= least) {
      least = error;
      best = d;
    }
  }
  return best;
}
