/** The process `fanout-worker`: brings posts to the feeds of followers. */
import { groups, postCreated, topics } from '../../contract/index.ts';
import {
  awaitCassandra,
  connectRedis,
  consume,
  createProducer,
  createServer,
  kafkaClient,
  monitorLag,
  runProcess,
} from '../platform/index.ts';
import { createFanout } from './fanout.ts';
import { createPusher } from './push.ts';
import { createUnreplicated } from './unreplicated.ts';
import { createWhaleFlags } from './whales.ts';

/** Partitions at a time: while one waits for a shard, the others go on. */
const partitionsAtOnce = 8;
const repairMs = 2000;

await runProcess(async ({ instance, endpoints, settings, log, telemetry }) => {
  const now = () => Date.now();
  const redis = connectRedis(endpoints, 'patient');
  redis.on('error', (error: unknown) => log.warn({ err: error }, 'The cache cluster cannot be reached'));
  const cassandra = await awaitCassandra(endpoints, telemetry, log);
  const kafka = kafkaClient(endpoints, instance, log);
  const lag = monitorLag(kafka, { group: groups.fanoutWorkers, topic: topics.postCreated }, telemetry, log);
  const deadLetters = createProducer(
    kafka,
    { patience: 'patient', inFlight: 1, queued: 100 },
    telemetry,
    log.child({ part: 'dead-letters' }),
  );
  const unreplicated = createUnreplicated(redis, cassandra, log, now);
  const fanout = createFanout({
    cassandra,
    pusher: createPusher(redis, { ...settings, batch: settings.fanoutBatch }, unreplicated, telemetry, now),
    whales: createWhaleFlags(redis, cassandra, settings),
    settings,
    telemetry,
    now,
  });
  const consumer = consume(
    kafka,
    {
      group: groups.fanoutWorkers,
      topic: topics.postCreated,
      schema: postCreated,
      concurrency: partitionsAtOnce,
      handle: fanout,
    },
    deadLetters,
    telemetry,
    log,
  );
  const repairs = setInterval(() => {
    unreplicated
      .repair()
      .catch((error: unknown) => log.warn({ err: error }, 'Feeds could not be dropped yet'));
  }, repairMs);
  return {
    server: createServer({
      log,
      telemetry,
      requestIds: 'own',
      checks: {
        cassandra: () => cassandra.ping(),
        redis: async () => void (await redis.ping()),
        kafka: async () => {
          await Promise.resolve();
          if (!consumer.joined) throw new Error('The consumer has not joined its group yet.');
        },
      },
    }),
    async close() {
      clearInterval(repairs);
      await consumer.close();
      redis.disconnect();
      await Promise.all([deadLetters.close(), lag.close(), cassandra.close()]);
    },
  };
});
