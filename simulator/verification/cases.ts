import type { TheoryCase } from './case.ts';
import { manyServerCases } from './many-servers.ts';
import { networkCases } from './networks.ts';
import { singleServerCases } from './single-server.ts';

/** Every case of the suite. Working out the exact values takes about a second. */
export function theoryCases(): TheoryCase[] {
  return [...singleServerCases(), ...manyServerCases(), ...networkCases()];
}

/**
 * How the short form of the suite is held against theory: each case once, intervals that a correct program leaves
 * once in 10,000 figures. The base seed is the first of the full form's.
 */
export const shortSuite = { replications: 10, confidence: 0.9999, baseSeed: 1_000_003 } as const;
