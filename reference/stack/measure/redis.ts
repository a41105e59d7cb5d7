import { connectRedis } from '../../services/index.ts';
import { startStack, type StackOptions } from '../start.ts';
import { secondsUntil, type Measurement, type Tell } from './timing.ts';

const nodeTimeoutsMs = [1000, 2000, 5000];
/** Primaries killed in turn, each of another shard. */
const victims = ['redis-1', 'redis-2', 'redis-3'];

/** A primary is killed: how long until its slots take writes again, by the cluster's node timeout. */
export async function measureRedis(options: StackOptions, tell: Tell): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const redisNodeTimeoutMs of nodeTimeoutsMs) {
    tell(`Redis, node timeout ${String(redisNodeTimeoutMs)} ms`);
    const stack = await startStack({ ...options, parts: ['redis'], redisNodeTimeoutMs });
    const client = connectRedis(stack.endpoints, 'fail-fast');
    client.on('error', () => undefined);
    try {
      const keys = await secondsUntilKeysKnown();
      const promoted: number[] = [];
      for (const id of victims) {
        const key = keys.get(id)!;
        const killedAtMs = performance.now();
        await stack.processes.kill(id);
        promoted.push(await secondsUntil(killedAtMs, () => client.set(key, '1')));
        await stack.processes.restart(id);
        await stack.ready();
      }
      measurements.push({
        part: `Redis ${String(stack.profile.redisShards)} + ${String(stack.profile.redisShards)}`,
        setting: `node timeout ${String(redisNodeTimeoutMs)} ms`,
        what: 'writes to the slots of a killed primary',
        seconds: promoted,
      });
    } finally {
      client.disconnect();
      await stack.stop();
    }

    /** A key of each victim: the first that this primary answers for. */
    async function secondsUntilKeysKnown(): Promise<Map<string, string>> {
      await secondsUntil(performance.now(), () => client.set('warm', '1'));
      const keys = new Map<string, string>();
      const processes = stack.processes.list().filter(({ id }) => victims.includes(id));
      for (let number = 0; keys.size < victims.length; number++) {
        const key = `probe-${String(number)}`;
        for (const { id, addresses } of processes) {
          const node = client
            .nodes('master')
            .find((each) => addresses[0]!.endsWith(`:${String(each.options.port)}`));
          const owned = await node?.set(key, '1').then(
            () => true,
            () => false,
          );
          if (owned === true && !keys.has(id)) keys.set(id, key);
        }
      }
      return keys;
    }
  }
  return measurements;
}
