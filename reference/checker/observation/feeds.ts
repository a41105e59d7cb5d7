import pLimit from 'p-limit';
import { Pool } from 'undici';
import { routes, type Feed } from '../../contract/index.ts';
import type { FinalRead } from '../observed.ts';

const atOnce = 16;
/** A read that fails is asked again: the promise is what readers get when the stack is healed. */
const attempts = 3;
const pauseMs = 500;

/**
 * Reads the whole feed of each user, as the user would.
 *
 * @param token makes the bearer token of a user
 */
export async function readFeeds(
  gateway: string,
  users: Iterable<string>,
  length: number,
  token: (userId: string) => Promise<string>,
): Promise<Map<string, FinalRead>> {
  const pool = new Pool(gateway, { connections: atOnce });
  const limit = pLimit(atOnce);
  const read = async (user: string): Promise<FinalRead> => {
    const { statusCode, body } = await pool.request({
      method: routes.feed.method,
      path: `${routes.feed.path}?limit=${String(length)}`,
      headers: { authorization: `Bearer ${await token(user)}` },
    });
    if (statusCode !== 200) {
      await body.dump();
      return { posts: null, status: statusCode };
    }
    const feed = (await body.json()) as Feed;
    return { posts: feed.posts.map(({ postId }) => postId), status: statusCode };
  };
  const persistently = async (user: string): Promise<FinalRead> => {
    for (let attempt = 1; ; attempt++) {
      const found = await read(user);
      if (found.posts !== null || attempt === attempts) return found;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  try {
    return new Map(
      await Promise.all(
        [...users].map((user) => limit(async () => [user, await persistently(user)] as const)),
      ),
    );
  } finally {
    await pool.close();
  }
}
