import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from 'ioredis';
import { groups, topics } from '../../contract/index.ts';
import type { Endpoints } from '../../endpoints/index.ts';
import {
  connectCassandra,
  connectObjects,
  connectRedis,
  createLog,
  createTelemetry,
  kafkaClient,
  monitorLag,
  type Cassandra,
  type Objects,
} from '../../services/index.ts';

/** The checker's own clients, one a part. */
export interface Parts {
  readonly cassandra: Cassandra;
  readonly redis: Cluster;
  readonly objects: Objects;
  /** URL that feed reads go to. */
  readonly gateway: string;
  /** Messages not done, by consumer group, read after the call. */
  readLag(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

const name = 'checker';
/** The checker's clients say nothing: what they cannot read is thrown. */
const silent = { write: () => undefined };
const lagTimeoutMs = 30_000;

/** Without detours: faults are healed, and what the checker reads is not to depend on them. */
export async function connectParts(endpoints: Endpoints): Promise<Parts> {
  const direct: Endpoints = { ...endpoints, routes: {} };
  const gateway = direct.parts.gateway;
  if (gateway === undefined) throw new Error('The checker needs the address of the gateway.');
  const telemetry = createTelemetry(name);
  const log = createLog(name, silent);
  const kafka = kafkaClient(direct, name, log);
  const monitors = [
    [
      groups.imageWorkers,
      monitorLag(kafka, { group: groups.imageWorkers, topic: topics.uploadComplete }, telemetry, log),
    ],
    [
      groups.fanoutWorkers,
      monitorLag(kafka, { group: groups.fanoutWorkers, topic: topics.postCreated }, telemetry, log),
    ],
  ] as const;
  const redis = connectRedis(direct, 'patient');
  // Errors of connections come back as errors of commands.
  redis.on('error', () => undefined);
  const objects = connectObjects(direct, telemetry);
  const close = async () => {
    redis.disconnect();
    objects.close();
    await Promise.all(monitors.map(([, monitor]) => monitor.close()));
  };
  try {
    const cassandra = await connectCassandra(direct, telemetry);
    const [{ host, port }] = [gateway.hosts[0]!];
    return {
      cassandra,
      redis,
      objects,
      gateway: `${gateway.tls ? 'https' : 'http'}://${host}:${String(port)}`,
      async readLag() {
        const askedAtMs = Date.now();
        const lag = new Map<string, number>();
        for (const [group, monitor] of monitors) {
          for (;;) {
            const reading = monitor.current();
            if (reading !== null && reading.readAtMs > askedAtMs) {
              lag.set(group, reading.messages);
              break;
            }
            if (Date.now() > askedAtMs + lagTimeoutMs)
              throw new Error(`The lag of ${group} cannot be read from Kafka.`);
            await sleep(100);
          }
        }
        return lag;
      },
      async close() {
        await close();
        await cassandra.close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
