/**
 * Tries the faults numbered from the first argument to below the second, and writes a line of JSON for what was
 * found of each.
 */
import { faultCase, tryFault } from '../../simulator/verification/index.ts';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];
for (let number = from; number < to; number++)
  process.stdout.write(`${JSON.stringify(tryFault(faultCase(number)))}\n`);
