/** The process `image-worker`: makes the variants of photos. */
import pLimit from 'p-limit';
import sharp from 'sharp';
import { groups, topics, uploadComplete } from '../../contract/index.ts';
import {
  awaitCassandra,
  connectObjects,
  consume,
  createProducer,
  createServer,
  kafkaClient,
  monitorLag,
  runProcess,
} from '../platform/index.ts';
import { createImages } from './images.ts';
import { colourModerator } from './moderation.ts';
import { yieldToOthers } from './niceness.ts';

const niceness = 10;

await runProcess(async ({ instance, endpoints, settings, log, telemetry }) => {
  // One thread an image, so that a worker uses no more than `imagesAtOnce` processors; nothing comes twice.
  sharp.concurrency(1);
  sharp.cache(false);
  yieldToOthers(niceness);
  const cassandra = await awaitCassandra(endpoints, telemetry, log);
  const objects = connectObjects(endpoints, telemetry);
  const kafka = kafkaClient(endpoints, instance, log);
  const lag = monitorLag(kafka, { group: groups.imageWorkers, topic: topics.uploadComplete }, telemetry, log);
  const deadLetters = createProducer(
    kafka,
    { patience: 'patient', inFlight: 1, queued: 100 },
    telemetry,
    log.child({ part: 'dead-letters' }),
  );
  const consumer = consume(
    kafka,
    {
      group: groups.imageWorkers,
      topic: topics.uploadComplete,
      schema: uploadComplete,
      // One more than are worked on: it comes or goes meanwhile.
      concurrency: settings.imagesAtOnce + 1,
      handle: createImages({
        objects,
        cassandra,
        moderator: colourModerator,
        settings,
        telemetry,
        log,
        turn: pLimit(settings.imagesAtOnce),
        now: () => Date.now(),
      }),
    },
    deadLetters,
    telemetry,
    log,
  );
  return {
    server: createServer({
      log,
      telemetry,
      requestIds: 'own',
      checks: {
        cassandra: () => cassandra.ping(),
        objectStore: () => objects.ping(),
        kafka: async () => {
          await Promise.resolve();
          if (!consumer.joined) throw new Error('The consumer has not joined its group yet.');
        },
      },
    }),
    async close() {
      await consumer.close();
      objects.close();
      await Promise.all([deadLetters.close(), lag.close(), cassandra.close()]);
    },
  };
});
