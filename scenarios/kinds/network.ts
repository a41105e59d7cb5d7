import type { Distribution } from '../scenario.ts';
import type { EdgeDefaults } from './kind.ts';

/**
 * Edge defaults that the Instagram kinds share. Latencies are one way and constant; a published
 * latency of a component counts both ways as part of it.
 */

/** One way between two machines of a region. */
export const regionLatencyMs = 0.25;
export const regionLatencySource =
  'half of the 0.5 ms round trip within a data centre (Dean, Designs, Lessons and Advice from Building Large Distributed Systems, LADIS 2009)';

/** An edge within the region; `reason` says why the time-out is what it is. */
export function regionEdge(timeoutMs: number, reason: string): EdgeDefaults {
  return {
    latencyMs: regionLatencyMs,
    timeoutMs,
    source: `latency: ${regionLatencySource}; time-out: ${reason}`,
  };
}

/** An edge along which a stream hands messages out: nobody waits for an answer. */
export const consumerEdge: EdgeDefaults = {
  latencyMs: regionLatencyMs,
  timeoutMs: null,
  source: `latency: ${regionLatencySource}; time-out: none, because a stream waits for no answer`,
};

/** A call to PostDB. */
export const postDbEdge = regionEdge(
  1100,
  'sized: a hot key holds a query for up to 1 s and then serves it; an answer that comes within that second should not be thrown away',
);

export const constantMs = (ms: number): Distribution => ({ distribution: 'constant', ms });
