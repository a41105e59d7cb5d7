/** The process `upload-service`. */
import {
  awaitCassandra,
  connectObjects,
  createProducer,
  kafkaClient,
  pingKafka,
  runProcess,
} from '../platform/index.ts';
import { createUploadService } from './upload-service.ts';

await runProcess(async ({ instance, endpoints, log, telemetry }) => {
  const cassandra = await awaitCassandra(endpoints, telemetry, log);
  const objects = connectObjects(endpoints, telemetry);
  const kafka = kafkaClient(endpoints, instance, log);
  const producer = createProducer(
    kafka,
    { patience: 'fail-fast', inFlight: 32, queued: 256 },
    telemetry,
    log,
  );
  const { server, settle } = createUploadService({
    log,
    telemetry,
    cassandra,
    objects,
    producer,
    checks: {
      cassandra: () => cassandra.ping(),
      objectStore: () => objects.ping(),
      kafka: () => pingKafka(kafka),
    },
  });
  return {
    server,
    close: async () => {
      await settle();
      await Promise.all([producer.close(), cassandra.close()]);
      objects.close();
    },
  };
});
