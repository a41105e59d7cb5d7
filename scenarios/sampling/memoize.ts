/**
 * `compute`, which keeps its `limit` latest results: for pure functions of plain, finite data that take
 * milliseconds and are asked for the same again and again (each variant of a design, each run of a
 * comparison). Whoever gets a result must not change it.
 */
export function memoize<Args extends readonly unknown[], Result>(
  limit: number,
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  const results = new Map<string, Result>();
  return (...args) => {
    const key = JSON.stringify(args);
    const result = results.has(key) ? results.get(key)! : compute(...args);
    // Maps keep the order of insertion: the latest is the last.
    results.delete(key);
    results.set(key, result);
    if (results.size > limit) results.delete(results.keys().next().value!);
    return result;
  };
}
