import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import { topics } from '../../contract/index.ts';
import { createLog, kafkaClient } from '../../services/index.ts';
import { startStack, type StackOptions } from '../start.ts';
import { secondsUntil, type Measurement, type Tell } from './timing.ts';

const partitions = 64;
const repetitions = 3;
const outageSeconds = 10;

/** Brokers are killed: how long until every partition of a topic takes messages with all copies again. */
export async function measureKafka(options: StackOptions, tell: Tell): Promise<readonly Measurement[]> {
  const stack = await startStack({ ...options, parts: ['kafka'] });
  const brokers = stack.processes.list().map(({ id }) => id);
  const producer = kafkaClient(stack.endpoints, 'measure', createLog('measure')).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  const everyPartition = (): Promise<unknown> =>
    producer
      .send({
        topic: topics.deadLetter,
        acks: -1,
        timeout: 1000,
        messages: [{ value: 'measure', partition: 0 }],
      })
      .then(() =>
        producer.send({
          topic: topics.likeEvents,
          acks: -1,
          timeout: 1000,
          messages: Array.from({ length: partitions }, (_, partition) => ({ value: 'measure', partition })),
        }),
      );
  try {
    await secondsUntil(performance.now(), () => producer.connect().then(everyPartition));
    const one: number[] = [];
    const all: number[] = [];
    if (brokers.length > 1)
      for (const id of brokers.slice(0, repetitions)) {
        tell(`Kafka, ${id} killed`);
        const killedAtMs = performance.now();
        await stack.processes.kill(id);
        one.push(await secondsUntil(killedAtMs, everyPartition));
        await stack.processes.restart(id);
        await stack.ready();
      }
    for (let repetition = 0; repetition < repetitions; repetition++) {
      tell('Kafka, all brokers killed');
      await Promise.all(brokers.map((id) => stack.processes.kill(id)));
      await sleep(outageSeconds * 1000);
      const restartedAtMs = performance.now();
      await Promise.all(brokers.map((id) => stack.processes.restart(id)));
      all.push(await secondsUntil(restartedAtMs, everyPartition));
      await stack.ready();
    }
    const part = `Kafka, ${String(brokers.length)} ${brokers.length === 1 ? 'broker' : 'brokers'}`;
    const setting = 'broker session timeout 3 s';
    return [
      ...(one.length > 0
        ? [{ part, setting, what: 'all partitions take messages after one broker was killed', seconds: one }]
        : []),
      { part, setting, what: 'the same, after all were killed, from their restart on', seconds: all },
    ];
  } finally {
    await producer.disconnect().catch(() => undefined);
    await stack.stop();
  }
}
