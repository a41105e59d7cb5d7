import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { topics } from '../../contract/index.ts';
import type { Endpoints } from '../../endpoints/index.ts';
import { createLog, kafkaClient } from '../../services/index.ts';
import type { Profile } from '../profile.ts';

/** Partitions of each topic; the dead letters are few. Source: the published design. */
const partitions = 64;
const partitionsOf = (topic: string): number => (topic === topics.deadLetter ? 1 : partitions);

const createTimeoutMs = 60_000;
const pollMs = 100;

/**
 * Creates those that are missing, with as many copies as the brokers' default says, and returns when
 * every partition has a leader.
 *
 * @throws Error when that takes more than a minute
 */
export async function createTopics(endpoints: Endpoints): Promise<void> {
  const deadlineMs = performance.now() + createTimeoutMs;
  for (;;) {
    const missing = await withAdmin(endpoints, (admin) => createMissing(admin));
    if (missing === null) return;
    if (performance.now() > deadlineMs) throw new Error(`The topics of Kafka cannot be created: ${missing}.`);
    await sleep(pollMs);
  }
}

async function createMissing(admin: Admin): Promise<string | null> {
  const existing = new Set(await admin.listTopics());
  const missing = Object.values(topics).filter((topic) => !existing.has(topic));
  if (missing.length === 0) return partitionsLack(admin, 1);
  await admin.createTopics({
    // Waiting here can throw although the topics are made; the next look waits instead.
    waitForLeaders: false,
    topics: missing.map((topic) => ({ topic, numPartitions: partitionsOf(topic) })),
  });
  return `${missing.join(', ')} have just been created`;
}

/** @returns null when all brokers are there and every partition there is has all its copies, otherwise what is missing */
export function brokersServe(endpoints: Endpoints, profile: Profile): Promise<string | null> {
  return withAdmin(endpoints, async (admin) => {
    const { brokers } = await admin.describeCluster();
    if (brokers.length < profile.kafkaBrokers)
      return `${String(brokers.length)} of ${String(profile.kafkaBrokers)} brokers are there`;
    return partitionsLack(admin, profile.replicationFactor);
  });
}

async function partitionsLack(admin: Admin, copies: number): Promise<string | null> {
  const metadata = await admin.fetchTopicMetadata();
  for (const topic of metadata.topics) {
    const lacking = topic.partitions.filter(({ leader, isr }) => leader < 0 || isr.length < copies);
    if (lacking.length > 0)
      return `${String(lacking.length)} partitions of ${topic.name} have fewer than ${String(copies)} copies in step`;
  }
  return null;
}

async function withAdmin(
  endpoints: Endpoints,
  use: (admin: Admin) => Promise<string | null>,
): Promise<string | null> {
  const admin = kafkaClient(endpoints, 'fanout-lab-stack', createLog('stack')).admin({
    retry: { retries: 0 },
  });
  try {
    await admin.connect();
    return await use(admin);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
