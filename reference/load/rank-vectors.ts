import { drawUint32, sourceKey, uniform, userId } from '../../scenarios/sampling/index.ts';
import { encodeRank, rankDimensions, rankKey, type RankProfile } from '../contract/index.ts';
import type { Endpoints } from '../endpoints/index.ts';
import { connectRedis } from '../services/index.ts';

/** Interactions from which on the published design has a vector of a user. */
const firstVector = 50;
/** Interactions drawn beyond that: any number, as only the bound matters. */
const interactionsDrawn = 1000;
const writesAtOnce = 1000;

/**
 * What the offline pipeline of the published design would know of a user: weights evenly between 0 and 1, and
 * a number of interactions, below 50 for `coldStartRatio` of the users.
 */
export function rankProfile(seed: number, user: number, coldStartRatio: number): RankProfile {
  const { key0, key1 } = sourceKey(seed, 'rank vectors');
  const draw = (index: number) => uniform(drawUint32(key0, key1, user, index));
  const [cold, count] = [draw(rankDimensions), draw(rankDimensions + 1)];
  return {
    weights: Float32Array.from({ length: rankDimensions }, (_, dimension) => draw(dimension)),
    interactions:
      cold < coldStartRatio
        ? Math.floor(count * firstVector)
        : firstVector + Math.floor(count * interactionsDrawn),
  };
}

/** Writes every user's vector into the cache, as the offline pipeline does every six hours. */
export async function writeRankVectors(
  endpoints: Endpoints,
  {
    users,
    seed,
    coldStartRatio,
  }: { readonly users: number; readonly seed: number; readonly coldStartRatio: number },
): Promise<void> {
  const cluster = connectRedis(endpoints, 'patient');
  // Commands say themselves what went wrong.
  cluster.on('error', () => undefined);
  try {
    for (let first = 0; first < users; first += writesAtOnce)
      await Promise.all(
        Array.from({ length: Math.min(writesAtOnce, users - first) }, (_, n) =>
          cluster.set(
            rankKey(userId(first + n)),
            Buffer.from(encodeRank(rankProfile(seed, first + n, coldStartRatio))),
          ),
        ),
      );
  } finally {
    cluster.disconnect();
  }
}
