import type { Kafka } from 'kafkajs';
import { Gauge } from 'prom-client';
import type { Log } from '../log.ts';
import type { Telemetry } from '../telemetry.ts';
import { failFastRetry } from './client.ts';

/** How far a consumer group is behind, all partitions together. */
export interface Lag {
  readonly messages: number;
  /** Age of the oldest message that is not committed, s, to within the reading interval; 0 without lag. */
  readonly seconds: number;
  /** When it was read, ms since 1970. */
  readonly readAtMs: number;
}

export interface LagMonitor {
  /** The last reading; null before the first one. Old readings are to be judged by `readAtMs`. */
  current(): Lag | null;
  close(): Promise<void>;
}

/** End offset of a partition at a time. */
interface Sample {
  readonly atMs: number;
  readonly end: number;
}

const intervalMs = 1000;
/** Samples a partition: in an outage of hours they get coarser. */
const maximumSamples = 600;
/** Ages that are asked of the brokers at the start, s: what was there before this process. */
const seedSeconds = [600, 300, 120, 60, 30, 15, 5];

/**
 * Reads the lag of a group once a second from the brokers, so that it is known also when no consumer
 * is alive to tell. Sets the gauges `fanout_lab_consumer_lag_messages` and `..._seconds`.
 */
export function monitorLag(
  kafka: Kafka,
  { group, topic }: { readonly group: string; readonly topic: string },
  telemetry: Telemetry,
  log: Log,
): LagMonitor {
  const admin = kafka.admin({ retry: failFastRetry });
  const gauges = gaugesOf(telemetry);
  const history = new Map<number, Sample[]>();
  let last: Lag | null = null;
  let isConnected = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const read = async () => {
    if (!isConnected) {
      await admin.connect();
      for (const age of seedSeconds) {
        const atMs = Date.now() - age * 1000;
        note(await admin.fetchTopicOffsetsByTimestamp(topic, atMs), atMs);
      }
      isConnected = true;
    }
    // Committed before ends: what is consumed in between must not count as negative lag.
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const atMs = Date.now();
    const ends = await admin.fetchTopicOffsets(topic);
    note(
      ends.map(({ partition, high }) => ({ partition, offset: high })),
      atMs,
    );
    const firsts = new Map(ends.map(({ partition, low }) => [partition, Number(low)]));
    last = lagOf(
      history,
      new Map(
        (committed?.partitions ?? []).map(({ partition, offset }) => [
          partition,
          Math.max(Number(offset), firsts.get(partition) ?? 0),
        ]),
      ),
      atMs,
    );
    gauges.messages.set({ group, topic }, last.messages);
    gauges.seconds.set({ group, topic }, last.seconds);
  };
  const note = (offsets: readonly { partition: number; offset: string }[], atMs: number) => {
    for (const { partition, offset } of offsets) {
      const samples = history.get(partition) ?? [];
      if (samples.at(-1)?.end !== Number(offset)) samples.push({ atMs, end: Number(offset) });
      history.set(
        partition,
        samples.length > maximumSamples ? samples.filter((_, n) => n % 2 === 0) : samples,
      );
    }
  };
  const again = () => {
    read()
      .catch((error: unknown) =>
        log.warn({ err: error, group }, 'The lag of a consumer group cannot be read'),
      )
      .finally(() => {
        if (!stopped) timer = setTimeout(again, intervalMs);
      });
  };
  again();
  return {
    current: () => last,
    async close() {
      stopped = true;
      clearTimeout(timer);
      await admin.disconnect();
    },
  };
}

/**
 * Lag from the end offsets of each partition over time and the committed offsets. Forgets the samples
 * that can no longer matter.
 *
 * The oldest message that is not committed was there at the first sample whose end lies beyond the
 * committed offset, and not at the sample before: its age is counted from the former.
 */
export function lagOf(
  history: ReadonlyMap<number, Sample[]>,
  committed: ReadonlyMap<number, number>,
  nowMs: number,
): Lag {
  let messages = 0;
  let seconds = 0;
  for (const [partition, samples] of history) {
    const done = committed.get(partition) ?? 0;
    const behind = samples.findIndex(({ end }) => end > done);
    if (behind === -1) {
      samples.splice(0, samples.length - 1);
      continue;
    }
    samples.splice(0, behind);
    messages += samples.at(-1)!.end - done;
    seconds = Math.max(seconds, (nowMs - samples[0]!.atMs) / 1000);
  }
  return { messages, seconds, readAtMs: nowMs };
}

/** One pair of gauges a process, whatever the number of groups that are watched. */
function gaugesOf({ registry }: Telemetry) {
  const gauge = (unit: 'messages' | 'seconds') => {
    const name = `fanout_lab_consumer_lag_${unit}`;
    const there = registry.getSingleMetric(name);
    if (there instanceof Gauge) return there as Gauge<'group' | 'topic'>;
    return new Gauge({
      name,
      help: `How far a consumer group is behind, ${unit}`,
      labelNames: ['group', 'topic'] as const,
      registers: [registry],
    });
  };
  return { messages: gauge('messages'), seconds: gauge('seconds') };
}
