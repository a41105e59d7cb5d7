/**
 * The other side of the feed benchmark: a process with Fastify, ioredis and the Cassandra driver and nothing
 * else, which answers a feed read with the same commands and the same bytes as the feed service does for a
 * reader whose feed is cached and who follows no whale. Rows of posts are in memory, as they are there.
 */
import { Client, types } from 'cassandra-driver';
import Fastify from 'fastify';
import { Cluster } from 'ioredis';
import { feedKey, followsKey, rankKey, type Feed, type FeedPost } from '../contract/index.ts';
import { readEndpoints } from '../endpoints/index.ts';
import { keyspace } from '../services/index.ts';

const { redis, cassandra } = readEndpoints(process.env).parts;
const cluster = new Cluster(
  redis!.hosts.map(({ host, port }) => ({ host, port })),
  { enableAutoPipelining: true },
);
const client = new Client({
  contactPoints: cassandra!.hosts.map(({ host, port }) => `${host}:${String(port)}`),
  protocolOptions: { port: cassandra!.hosts[0]!.port },
  localDataCenter: cassandra!.options['datacenter'] ?? 'datacenter1',
  keyspace,
  encoding: { useBigIntAsLong: true },
});
await client.connect();

const posts = new Map<string, Omit<FeedPost, 'likes' | 'comments'>>();
const followers = new Map<string, number>();
for (const row of (await client.execute('SELECT user_id, follower_count FROM users')).rows)
  followers.set(row['user_id'] as string, row['follower_count'] as number);
for (const row of (await client.execute('SELECT * FROM posts', [], { fetchSize: 5000 })).rows)
  posts.set(row['post_id'] as string, {
    postId: row['post_id'] as string,
    authorId: row['author_id'] as string,
    authorFollowers: followers.get(row['author_id'] as string) ?? 0,
    createdAtMs: (row['created_at'] as Date).getTime(),
    caption: row['caption'] as string,
    media: 'ready',
  });

const candidates = 50;
const page = 20;
const server = Fastify();
server.get('/feed', async (request): Promise<Feed> => {
  const user = request.headers['x-user-id'] as string;
  const key = feedKey(user);
  const results = await cluster
    .pipeline()
    .zrevrange(key, 0, candidates, 'WITHSCORES')
    .getBuffer(rankKey(user))
    .get(followsKey(user))
    .exec();
  const members = results![0]![1] as string[];
  const ids: string[] = [];
  // The first is the marker of a complete feed; every second is a score.
  for (let at = 2; at < members.length && ids.length < page; at += 2) ids.push(members[at]!);
  const { rows } = await client.execute(
    'SELECT post_id, likes, comments FROM post_counters WHERE post_id IN ?',
    [ids],
    { prepare: true, consistency: types.consistencies.localOne },
  );
  const counts = new Map(rows.map((row) => [row['post_id'] as string, row]));
  return {
    posts: ids.map((id) => ({
      ...posts.get(id)!,
      likes: Number(counts.get(id)?.['likes'] ?? 0),
      comments: Number(counts.get(id)?.['comments'] ?? 0),
    })),
    source: 'cache',
    ranking: 'chronological',
  };
});
server.get('/healthz', () => ({ status: 'ok' }));
process.once('SIGTERM', () => process.exit(0));
await server.listen({ host: '127.0.0.1', port: Number(process.env['FANOUT_LAB_PORT']) });
