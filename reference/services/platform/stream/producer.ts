import type { Kafka } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import pLimit from 'p-limit';
import type { Log } from '../log.ts';
import type { Telemetry } from '../telemetry.ts';
import { traceHeader, traceparent, type TraceContext } from '../trace.ts';
import { failFastRetry, patientRetry } from './client.ts';
import { untilConnected } from '../until-connected.ts';

export interface Outgoing {
  readonly topic: string;
  /** Decides the partition. */
  readonly key: string;
  /** Becomes JSON. */
  readonly value: unknown;
  readonly trace?: TraceContext;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends messages at least once. */
export interface StreamProducer {
  /**
   * Resolves when all in-sync replicas have the message. After a failure it may be there all the same.
   *
   * @throws StreamBusy at once, when too many messages wait; otherwise Error of kafkajs
   */
  send(message: Outgoing): Promise<void>;
  /** Messages sent and not answered, or waiting for their turn. */
  readonly pending: number;
  close(): Promise<void>;
}

/** More messages wait than is sensible: whoever sends has to keep what he has, or let go of it. */
export class StreamBusy extends Error {
  override name = 'StreamBusy';
}

export interface ProducerOptions {
  /** `fail-fast`: for what the relay repeats; `patient`: rides through a minute without brokers. */
  readonly patience: 'fail-fast' | 'patient';
  /** Sends that wait for an answer at a time. More would only lengthen the queue in an outage. */
  readonly inFlight: number;
  /** Messages that may wait for their turn. */
  readonly queued: number;
}

/**
 * Connects in the background.
 *
 * Not the idempotent producer of kafkajs: with concurrent sends and retries that one lost acknowledged
 * messages when a broker froze. Consumers tell duplicates by their ids instead.
 */
export function createProducer(
  kafka: Kafka,
  { patience, inFlight, queued }: ProducerOptions,
  telemetry: Telemetry,
  log: Log,
): StreamProducer {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: patience === 'patient' ? patientRetry : failFastRetry,
  });
  const limit = pLimit(inFlight);
  const closing = new AbortController();
  let isConnected = false;
  const connecting = untilConnected(
    async () => {
      await producer.connect();
      isConnected = true;
    },
    closing.signal,
    (error) => log.warn({ err: error }, 'Kafka cannot be reached yet'),
  );

  const count = () => limit.activeCount + limit.pendingCount;
  return {
    get pending() {
      return count();
    },
    async send({ topic, key, value, trace, headers }) {
      if (count() >= inFlight + queued) throw new StreamBusy(`${count()} messages wait for Kafka already.`);
      await limit(async () => {
        if (!isConnected && patience === 'fail-fast') throw new StreamBusy('Kafka has not been reached yet.');
        await connecting;
        const message = {
          key,
          value: JSON.stringify(value),
          headers: { ...headers, ...(trace === undefined ? {} : { [traceHeader]: traceparent(trace) }) },
        };
        await telemetry.time('kafka', `send-${topic}`, () =>
          producer.send({ topic, acks: -1, timeout: 4000, messages: [message] }),
        );
      });
    },
    async close() {
      closing.abort();
      await producer.disconnect();
    },
  };
}
