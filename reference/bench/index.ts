/**
 * Door of `reference/bench`: what the services add to the bare loops that they are made around, as ratios
 * measured in one run on one machine.
 */
import { startStack } from '../stack/index.ts';
import { benchFanOut } from './fan-out.ts';
import { benchFeedReads } from './feed-reads.ts';
import { benchImages } from './images.ts';
import type { Ratio } from './ratio.ts';

export type { Ratio } from './ratio.ts';

/**
 * Brings `small` up, measures, and takes it down.
 *
 * @throws InputError when the stack cannot be started
 */
export async function benchReference(onRatio: (ratio: Ratio) => void): Promise<void> {
  const stack = await startStack({
    profile: 'small',
    environment: process.env,
    settings: { feedServices: 1, uploadServices: 1 },
  });
  try {
    for (const bench of [benchFeedReads, benchFanOut, benchImages]) onRatio(await bench(stack));
  } finally {
    await stack.stop();
  }
}
