import type { TheoryCase } from './case.ts';
import { manyServerCases } from './many-servers.ts';
import { networkCases } from './networks.ts';
import { singleServerCases } from './single-server.ts';

/** Every case of the suite. Working out the exact values takes about a second. */
export function theoryCases(): TheoryCase[] {
  return [...singleServerCases(), ...manyServerCases(), ...networkCases()];
}
