/**
 * Tries the random designs numbered from the first argument to below the second, and writes a line of
 * JSON for each: first `{"seed"}`, so that whoever watches knows which one hangs, then its trial.
 */
import { tryDesign } from '../../simulator/verification/index.ts';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];
for (let seed = from; seed < to; seed++) {
  process.stdout.write(`${JSON.stringify({ seed })}\n${JSON.stringify(tryDesign(seed))}\n`);
}
