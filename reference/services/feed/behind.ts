import type { ApplicationSettings } from '../../contract/index.ts';
import type { Lag } from '../platform/index.ts';

/**
 * Whether feeds come from the post database because the cached ones are behind: the published design's
 * pull-only mode.
 *
 * A lag that cannot be read grows by the time since it was read last: while Kafka is away nothing is fanned
 * out, so cached feeds age just as if the workers were away. Before the first reading it counts from the start.
 */
export function createBehind(
  lag: () => Lag | null,
  { pullOnLagSeconds }: Pick<ApplicationSettings, 'pullOnLagSeconds'>,
  now: () => number,
): () => boolean {
  const startedMs = now();
  return () => {
    if (pullOnLagSeconds === null) return false;
    const { seconds, readAtMs } = lag() ?? { seconds: 0, readAtMs: startedMs };
    return seconds + (now() - readAtMs) / 1000 > pullOnLagSeconds;
  };
}
