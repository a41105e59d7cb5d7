import type { Batch, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { z } from 'zod';
import { topics } from '../../../contract/index.ts';
import type { Log } from '../log.ts';
import type { Telemetry } from '../telemetry.ts';
import { continueTrace, traceHeader, type TraceContext } from '../trace.ts';
import { patientRetry } from './client.ts';
import { untilConnected } from '../until-connected.ts';
import type { StreamProducer } from './producer.ts';

/** Around one message. */
export interface MessageContext {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly trace: TraceContext;
  readonly log: Log;
  /** Aborted when the process has to end: the message will come again to another consumer. */
  readonly signal: AbortSignal;
}

export interface ConsumeOptions<Message> {
  readonly group: string;
  readonly topic: string;
  /** What a message has to look like. Any other goes to the dead-letter topic. */
  readonly schema: z.ZodType<Message>;
  /** Partitions that are worked on at a time; within one, messages come one after the other. */
  readonly concurrency: number;
  /**
   * Does the effect of a message. It may come more than once, so doing it twice must do no harm. When it
   * throws, the partition is paused and the message comes again: `Unprocessable` alone sends it to the
   * dead-letter topic, because trying again cannot help.
   */
  readonly handle: (message: Message, context: MessageContext) => Promise<void>;
}

/** A message that can be read and never be processed, whatever is tried. */
export class Unprocessable extends Error {
  override name = 'Unprocessable';
}

export interface StreamConsumer {
  /** Whether the group has given this consumer its partitions at least once. */
  readonly joined: boolean;
  /** Finishes the message in hand, commits, leaves the group. */
  close(): Promise<void>;
}

/** Largest message that is looked at, bytes: ours have some hundred. */
const maximumBytes = 65_536;
/** Pause of a partition whose message failed, ms: the first, and the longest. */
const firstPauseMs = 200;
const longestPauseMs = 5000;

/**
 * Consumes a topic as a member of a group, connecting in the background.
 *
 * Offsets are committed after the effect: what was in hand when a process died comes again. A message
 * that fails holds up its own partition only. A group that is new begins with the oldest message, so
 * nothing that was published before the first worker came up is passed over.
 */
export function consume<Message>(
  kafka: Kafka,
  options: ConsumeOptions<Message>,
  deadLetters: StreamProducer,
  telemetry: Telemetry,
  log: Log,
): StreamConsumer {
  const consumer = kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    sessionTimeout: 6000,
    rebalanceTimeout: 6000,
    heartbeatInterval: 1000,
    maxWaitTimeInMs: 500,
    retry: { ...patientRetry, restartOnFailure: () => Promise.resolve(!closing.signal.aborted) },
  });
  const closing = new AbortController();
  let joined = false;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined = true;
  });
  const failures = new Map<number, number>();

  /** @returns whether the message is done with, so that its offset may be committed */
  const process = async (batch: Batch, message: KafkaMessage): Promise<boolean> => {
    const { topic, partition } = batch;
    const trace = continueTrace(message.headers?.[traceHeader]?.toString());
    const context: MessageContext = {
      topic,
      partition,
      offset: message.offset,
      trace,
      log: log.child({ topic, partition, offset: message.offset, traceId: trace.traceId }),
      signal: closing.signal,
    };
    try {
      const reading = read(options.schema, message.value);
      if ('reason' in reading) await park(message, context, reading.reason);
      else
        await telemetry
          .time('work', `consume-${topic}`, () => options.handle(reading.message, context))
          .catch((error: unknown) => {
            if (!(error instanceof Unprocessable)) throw error;
            return park(message, context, error.message);
          });
      failures.delete(partition);
      return true;
    } catch (error) {
      context.log.warn({ err: error }, 'A message failed and will come again');
      return false;
    }
  };

  const park = async (
    message: KafkaMessage,
    { topic, partition, offset, trace, log }: MessageContext,
    reason: string,
  ) => {
    log.error({ reason }, 'A message goes to the dead-letter topic');
    await deadLetters.send({
      topic: topics.deadLetter,
      key: message.key?.toString() ?? '',
      value: (message.value ?? Buffer.alloc(0)).subarray(0, maximumBytes).toString('base64'),
      trace,
      headers: {
        topic,
        partition: String(partition),
        offset,
        group: options.group,
        reason: reason.slice(0, 500),
      },
    });
  };

  const eachBatch = async ({
    batch,
    resolveOffset,
    heartbeat,
    pause,
    isRunning,
    isStale,
    commitOffsetsIfNecessary,
  }: EachBatchPayload) => {
    for (const message of batch.messages) {
      if (!isRunning() || isStale() || closing.signal.aborted) return;
      if (!(await whileBeating(heartbeat, () => process(batch, message)))) {
        if (closing.signal.aborted) return;
        const times = (failures.get(batch.partition) ?? 0) + 1;
        failures.set(batch.partition, times);
        const resume = pause();
        setTimeout(resume, Math.min(longestPauseMs, firstPauseMs * 2 ** (times - 1))).unref();
        return;
      }
      resolveOffset(message.offset);
      await heartbeat();
      await commitOffsetsIfNecessary();
    }
  };

  const start = () =>
    untilConnected(
      async () => {
        await consumer.connect();
        await consumer.subscribe({ topics: [options.topic], fromBeginning: true });
        await consumer.run({
          eachBatch,
          eachBatchAutoResolve: false,
          autoCommitInterval: 1000,
          partitionsConsumedConcurrently: options.concurrency,
        });
      },
      closing.signal,
      (error) => log.warn({ err: error }, 'Kafka cannot be reached yet'),
    );
  // kafkajs comes back from most failures by itself; from the others we do.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.warn({ err: payload.error }, 'The consumer stopped and starts again');
    if (!payload.restart) void start();
  });
  void start();

  return {
    get joined() {
      return joined;
    },
    async close() {
      closing.abort();
      await consumer.disconnect();
    },
  };
}

function read<Message>(
  schema: z.ZodType<Message>,
  value: Buffer | null,
): { readonly message: Message } | { readonly reason: string } {
  if (value === null) return { reason: 'It is empty.' };
  if (value.length > maximumBytes)
    return { reason: `It has ${value.length} bytes, more than ${maximumBytes}.` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString());
  } catch {
    return { reason: 'It is not JSON.' };
  }
  const result = schema.safeParse(parsed);
  return result.success
    ? { message: result.data }
    : { reason: result.error.issues[0]?.message ?? 'It has another form.' };
}

/** Keeps the membership alive while `work` takes its time. */
async function whileBeating<Result>(
  heartbeat: () => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  const beat = setInterval(() => {
    // A rebalance is heard of once more, and acted upon, when the batch goes on after this message.
    heartbeat().catch(() => undefined);
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
