import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { routeOf, saslMechanisms, type Endpoints } from '../../../endpoints/index.ts';
import type { Log } from '../log.ts';
import { requirePart } from '../part.ts';

/**
 * Rides through a minute without brokers. Kept by the producer as by the consumer: kafkajs gives consumers
 * five retries of their own unless told, and they come back seconds late after an outage.
 */
export const patientRetry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 60 };
/** Gives up after a few seconds: somebody else will do it. */
export const failFastRetry = { initialRetryTime: 100, maxRetryTime: 500, retries: 4 };

/**
 * The client that producers, consumers and admin clients are made of. Nothing is connected yet.
 *
 * @param name of the process, in the brokers' logs
 */
export function kafkaClient(endpoints: Endpoints, name: string, log: Log): Kafka {
  const { hosts, tls, user, password, options } = requirePart(endpoints, 'kafka');
  const config: KafkaConfig = {
    clientId: name,
    brokers: hosts.map(({ host, port }) => `${host}:${port}`),
    connectionTimeout: 1000,
    requestTimeout: 5000,
    enforceRequestTimeout: true,
    retry: patientRetry,
    ssl: tls,
    // Brokers announce their own addresses: every connection is made here, so detours hold for all.
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const to = routeOf(endpoints.routes, host, port);
      const socket = tls
        ? connectTls({ ...to, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
        : connectTcp(to, onConnect);
      return socket.setKeepAlive(true, 60_000).setNoDelay(true);
    },
    logLevel: logLevel.WARN,
    // A broker that is away is daily business to whoever retries; what comes of it is said by our own log.
    logCreator:
      () =>
      ({ namespace, log: { message } }) =>
        log.debug({ kafkajs: namespace }, message),
  };
  return new Kafka(
    user === null ? config : { ...config, sasl: sasl(options['sasl'] ?? 'plain', user, password ?? '') },
  );
}

function sasl(mechanism: string, username: string, password: string): SASLOptions {
  const known = saslMechanisms.find((each) => each === mechanism);
  if (known === undefined) throw new Error(`There is no SASL mechanism ${mechanism} here.`);
  return { mechanism: known, username, password };
}

/** @throws Error when no broker answers; for readiness, so it connects anew each time */
export async function pingKafka(kafka: Kafka): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}
