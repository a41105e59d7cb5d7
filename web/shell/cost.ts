import { isJsonObject, type Draft, type Json } from '../document/index.ts';

/** Requests that a browser simulates in a second of wall-clock time, roughly: see `npm run bench`. */
const requestsPerWallSecond = 600_000;

export interface Cost {
  readonly requests: number;
  readonly seconds: number;
}

/** What a run of the full form will take; from the arrival rates, before anything is simulated. */
export function estimateCost(draft: Draft): Cost {
  const rate = draft.design.nodes.reduce((sum, node) => sum + ratesIn(node.config), 0);
  const duration = typeof draft.run.durationSeconds === 'number' ? draft.run.durationSeconds : 60;
  const requests = rate * duration;
  return { requests, seconds: requests / requestsPerWallSecond };
}

/** Every arrival process in a configuration, whichever kind it belongs to. */
function ratesIn(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item: Json) => sum + ratesIn(item), 0);
  if (!isJsonObject(value)) return 0;
  if (typeof value.process === 'string') {
    if (typeof value.ratePerSecond === 'number') return value.ratePerSecond;
    // A closed user cannot ask faster than about a thousand times a second.
    return typeof value.users === 'number' ? value.users * 1000 : 0;
  }
  return Object.values(value).reduce<number>((sum, item) => sum + ratesIn(item), 0);
}
