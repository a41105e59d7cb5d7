/** The process `relay`. */
import {
  awaitCassandra,
  createProducer,
  createServer,
  kafkaClient,
  pingKafka,
  repeatedly,
  runProcess,
} from '../platform/index.ts';
import { createPresence } from './presence.ts';
import { createRelay } from './relay.ts';

await runProcess(async ({ instance, endpoints, log, telemetry }) => {
  const cassandra = await awaitCassandra(endpoints, telemetry, log);
  const kafka = kafkaClient(endpoints, instance, log);
  const producer = createProducer(
    kafka,
    { patience: 'patient', inFlight: 32, queued: 10_000 },
    telemetry,
    log,
  );
  const presence = createPresence(cassandra, instance, log);
  const relay = createRelay({ cassandra, producer, presence, log, telemetry, nowMs: () => Date.now() });
  await presence.refresh();
  const loops = [repeatedly(() => presence.refresh(), 1000, log), repeatedly(() => relay.pass(), 1000, log)];
  const server = createServer({
    log,
    telemetry,
    requestIds: 'own',
    checks: { cassandra: () => cassandra.ping(), kafka: () => pingKafka(kafka) },
  });
  return {
    server,
    close: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await presence.leave();
      await Promise.all([producer.close(), cassandra.close()]);
    },
  };
});
