/** The process `feed-service`: feeds and single posts, read. */
import { groups, topics } from '../../contract/index.ts';
import {
  awaitCassandra,
  connectRedis,
  createFeeds,
  createServer,
  kafkaClient,
  monitorLag,
  runProcess,
} from '../platform/index.ts';
import { createAuthors } from './authors.ts';
import { createBehind } from './behind.ts';
import { newestComments } from './comments.ts';
import { createPosts } from './posts.ts';
import { createPull } from './pull.ts';
import { createFeedReader } from './read.ts';
import { addFeedRoutes } from './service.ts';

await runProcess(async ({ instance, endpoints, settings, log, telemetry }) => {
  const now = () => Date.now();
  const redis = connectRedis(endpoints, 'fail-fast');
  redis.on('error', (error: unknown) => log.warn({ err: error }, 'The cache cluster cannot be reached'));
  const cassandra = await awaitCassandra(endpoints, telemetry, log);
  const lag = monitorLag(
    kafkaClient(endpoints, instance, log),
    { group: groups.fanoutWorkers, topic: topics.postCreated },
    telemetry,
    log,
  );
  const posts = createPosts(cassandra);
  const authors = createAuthors(cassandra);
  const server = createServer({
    log,
    telemetry,
    requestIds: 'forwarded',
    // Not the cache: without it the service still answers.
    checks: { cassandra: () => cassandra.ping() },
  });
  addFeedRoutes(server, {
    readFeed: createFeedReader({
      feeds: createFeeds(redis, settings, telemetry),
      posts,
      authors,
      pull: createPull(cassandra, settings),
      isBehind: createBehind(() => lag.current(), settings, now),
      settings,
      telemetry,
      now,
    }),
    posts,
    authors,
    newestComments: (id) => newestComments(cassandra, id),
    settings,
  });
  return {
    server,
    async close() {
      redis.disconnect();
      await Promise.all([lag.close(), cassandra.close()]);
    },
  };
});
