import { setTimeout as sleep } from 'node:timers/promises';
import { connectCassandra, createTelemetry, type Cassandra, type Statement } from '../../services/index.ts';
import { startStack, type StackOptions } from '../start.ts';
import type { Stack } from '../start.ts';
import { secondsUntil, type Measurement, type Tell } from './timing.ts';

const write: Statement = {
  name: 'measure',
  cql: 'UPDATE users SET follower_count = ? WHERE user_id = ?',
  consistency: 'quorum',
  kind: 'idempotent',
};
const repetitions = 2;
const outageSeconds = 10;
const observedSeconds = 10;

/** Nodes are killed: what quorum writes notice, and when nodes are whole again. */
export async function measureCassandra(options: StackOptions, tell: Tell): Promise<readonly Measurement[]> {
  const stack = await startStack({ ...options, parts: ['cassandra'] });
  const client = await connectCassandra(stack.endpoints, createTelemetry('measure'));
  const nodes = stack.processes.list().map(({ id }) => id);
  const part = `Cassandra, ${String(nodes.length)} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  const measurements: Measurement[] = [];
  try {
    await secondsUntil(performance.now(), () => writeOnce(client));
    if (nodes.length > 1) {
      const slowest: number[] = [];
      const whole: number[] = [];
      for (let repetition = 0; repetition < repetitions; repetition++) {
        tell('Cassandra, one node killed');
        await stack.processes.kill(nodes[1 + repetition]!);
        slowest.push(await slowestWrite(client));
        whole.push(await restarted(stack, [nodes[1 + repetition]!]));
      }
      measurements.push(
        {
          part,
          setting: 'RF 3',
          what: `the slowest quorum write in the ${String(observedSeconds)} s after one node was killed`,
          seconds: slowest,
        },
        {
          part,
          setting: 'RF 3',
          what: 'the killed node is whole again, from its restart on',
          seconds: whole,
        },
      );
    }
    const majority = nodes.slice(Math.floor(nodes.length / 2));
    const quorum: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      tell(`Cassandra, ${String(majority.length)} of ${String(nodes.length)} killed`);
      await Promise.all(majority.map((id) => stack.processes.kill(id)));
      await sleep(outageSeconds * 1000);
      const restartedAtMs = performance.now();
      await Promise.all(majority.map((id) => stack.processes.restart(id)));
      quorum.push(await secondsUntil(restartedAtMs, () => writeOnce(client)));
      await stack.ready();
    }
    measurements.push({
      part,
      setting: `RF ${String(stack.profile.replicationFactor)}`,
      what: `quorum writes after ${String(majority.length)} of ${String(nodes.length)} were killed, from their restart on`,
      seconds: quorum,
    });
    return measurements;
  } finally {
    await client.close();
    await stack.stop();
  }
}

const writeOnce = (client: Cassandra): Promise<unknown> => client.execute(write, [1, 'measure']);

/** @throws Error of the driver when one fails: with one node of three away none may */
async function slowestWrite(client: Cassandra): Promise<number> {
  const endMs = performance.now() + observedSeconds * 1000;
  let slowestMs = 0;
  while (performance.now() < endMs) {
    const sentAtMs = performance.now();
    await writeOnce(client);
    slowestMs = Math.max(slowestMs, performance.now() - sentAtMs);
    await sleep(5);
  }
  return slowestMs / 1000;
}

async function restarted(stack: Stack, ids: readonly string[]): Promise<number> {
  const beganAtMs = performance.now();
  await Promise.all(ids.map((id) => stack.processes.restart(id)));
  await stack.ready();
  return (performance.now() - beganAtMs) / 1000;
}
