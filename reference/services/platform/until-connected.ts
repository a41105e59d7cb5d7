import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `attempt` until it succeeds or `signal` says to stop; half a second between two attempts. Servers
 * may come up after the processes that use them.
 */
export async function untilConnected(
  attempt: () => Promise<void>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      onFailure(error);
      await sleep(500);
    }
  }
}
