import { setTimeout as sleep } from 'node:timers/promises';
import type { Mutation } from './mutation.ts';

/** Longer than the services need for what they do in the background, ms. */
const momentMs = 3000;

/**
 * Each guard without which acknowledged work is lost, with the shortest course of events that shows it.
 * With the guard in, the same events break no promise.
 */
export const mutations: readonly Mutation[] = [
  {
    id: 'outbox',
    guard: 'What has to be published is durable before the answer.',
    service: 'upload-service',
    file: 'reference/services/upload/create-post.ts',
    changes: [
      {
        guard: 'const row = await orUnknown(writeOutbox(cassandra, post, nowMs));',
        without: 'const row = { ...post, bucket: 0, atMs: nowMs };',
      },
    ],
    fault: 'Kafka is down when a post is created, and the upload services are killed before it is back.',
    async provoke({ author, users, photo, kill, restart }) {
      const mediaId = await users.upload(author, photo);
      await kill('kafka');
      await users.create(author, mediaId);
      await kill('upload-service');
      await restart('kafka');
      await restart('upload-service');
    },
    breaks: ['delivered', 'images'],
  },
  {
    id: 'idempotence',
    guard: 'A post that is created again is the same post: its time comes from its id.',
    service: 'upload-service',
    file: 'reference/services/upload/create-post.ts',
    changes: [
      { guard: 'createdAtMs: timeOf(mediaId)', without: 'createdAtMs: nowMs' },
      { guard: 'if (author !== undefined) return { created, row: null };', without: '' },
    ],
    fault: 'A client did not hear the answer and creates its post again.',
    async provoke({ author, users, photo }) {
      const postId = await users.post(author, photo);
      await sleep(20);
      await users.create(author, postId);
    },
    breaks: ['durable'],
  },
  {
    id: 'commit-after-effect',
    guard: 'A worker commits a message when its effect is done.',
    service: 'fanout-worker',
    file: 'reference/services/platform/stream/consumer.ts',
    changes: [
      {
        guard: "await telemetry\n          .time('work', `consume-${topic}`",
        without: "void telemetry\n          .time('work', `consume-${topic}`",
      },
    ],
    fault: 'Cassandra stands still while a fan-out worker has a post in hand, and the worker is killed.',
    async provoke({ author, users, photo, pause, resume, kill, restart, lagZero }) {
      const mediaId = await users.upload(author, photo);
      pause('fanout-worker');
      await users.create(author, mediaId);
      // The upload service has published it.
      await sleep(1000);
      pause('cassandra');
      resume('fanout-worker');
      // Committed, if the worker does so before the effect; else this waits in vain.
      await lagZero(momentMs);
      await kill('fanout-worker');
      resume('cassandra');
      await restart('fanout-worker');
    },
    breaks: ['delivered'],
  },
  {
    id: 'fallback',
    guard: 'A feed that the cache cannot give is read from Cassandra.',
    service: 'feed-service',
    file: 'reference/services/feed/read.ts',
    changes: [
      {
        guard:
          'if (!(error instanceof ShardUnavailable)) throw error;\n      return null;\n    }\n  }\n\n  async function pushedPart',
        without:
          "return { state: 'complete', entries: [], rank: null, pulled: [] };\n    }\n  }\n\n  async function pushedPart",
      },
    ],
    fault: 'No node of the cache answers for a second, and feeds are read.',
    async provoke({ author, followers, users, photo, pause, resume, lagZero, freshAfterMs }) {
      await users.post(author, photo);
      await lagZero(30_000);
      await sleep(freshAfterMs);
      // Shorter than the node time-out: nobody is promoted.
      pause('redis');
      await Promise.all(followers.map((follower) => users.read(follower)));
      resume('redis');
    },
    breaks: ['fresh'],
  },
  {
    id: 'wait-or-rebuild',
    guard: 'A push counts when a replica has it, or the shard’s feeds are rebuilt after a promotion.',
    service: 'fanout-worker',
    file: 'reference/services/fanout/push.ts',
    changes: [
      {
        guard: 'await unreplicated.acknowledged(shard, keys[0]!, replicas as number, sentAtMs);',
        without: '',
      },
    ],
    fault:
      'The replica of a shard stands still and has lost its connection while a post is pushed; the primary dies, and the replica is promoted.',
    async provoke({
      author,
      users,
      photo,
      firstShard,
      pauseProcess,
      resumeProcess,
      cutReplication,
      stack,
      lagZero,
    }) {
      const { primary, replica } = firstShard();
      pauseProcess(replica);
      // What was sent to it already it would still read.
      await cutReplication(primary);
      await users.post(author, photo);
      await lagZero(momentMs);
      await stack.processes.kill(primary);
      resumeProcess(replica);
      // Waits for the promotion.
      await stack.processes.restart(primary);
    },
    breaks: ['delivered'],
  },
];
