import pLimit from 'p-limit';
import { userId, type FollowGraph } from '../../scenarios/sampling/index.ts';
import type { Endpoints } from '../endpoints/index.ts';
import { connectBulkWriter } from '../services/index.ts';

const statements = {
  users: 'INSERT INTO users (user_id, follower_count) VALUES (?, ?)',
  followers: 'INSERT INTO followers (author_id, follower_id) VALUES (?, ?)',
  followees: 'INSERT INTO followees (user_id, author_id) VALUES (?, ?)',
} as const;

const writesAtOnce = 32;

/** Writes who there is and who follows whom into Cassandra, both directions. Repeating it changes nothing. */
export async function writePopulation(endpoints: Endpoints, graph: FollowGraph): Promise<void> {
  const writer = await connectBulkWriter(endpoints);
  const atOnce = pLimit(writesAtOnce);
  try {
    await Promise.all([
      ...graph.accounts.map(({ id, followers }) =>
        atOnce(async () => {
          await writer.write(statements.users, [[id, followers.length]]);
          await writer.write(
            statements.followers,
            Array.from(followers, (user) => [id, userId(user)]),
          );
        }),
      ),
      ...graph.followees.map((accounts, user) =>
        atOnce(() =>
          writer.write(
            statements.followees,
            Array.from(accounts, (account) => [userId(user), graph.accounts[account]!.id]),
          ),
        ),
      ),
    ]);
  } finally {
    await writer.close();
  }
}
