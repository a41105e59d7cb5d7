import {
  signToken,
  type CreatedPost,
  type Feed,
  type Presigned,
  type PostDetail,
} from '../contract/index.ts';
import type { Stack } from '../stack/index.ts';
import { connectBulkWriter } from './index.ts';

/** What an answer was, its body read. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Somebody with a token, at the gateway of a stack. */
export class Person {
  readonly #stack: Stack;
  readonly id: string;

  constructor(stack: Stack, id: string) {
    this.#stack = stack;
    this.id = id;
  }

  feed(query = ''): Promise<Answer<Feed>> {
    return this.#request('GET', `/feed${query}`);
  }

  detail(postId: string): Promise<Answer<PostDetail>> {
    return this.#request('GET', `/posts/${postId}`);
  }

  like(postId: string): Promise<Answer<unknown>> {
    return this.#request('POST', `/posts/${postId}/likes`, {});
  }

  comment(postId: string, commentId: string, text: string): Promise<Answer<unknown>> {
    return this.#request('POST', `/posts/${postId}/comments`, { commentId, text });
  }

  /** The whole way of a photo: form, transfer, post. @returns the post's id */
  async post(photo: Buffer, contentType = 'image/jpeg'): Promise<string> {
    const presigned = await this.#request<Presigned>('POST', '/media', { contentType });
    expectStatus(presigned, [200, 201]);
    const form = new FormData();
    for (const [name, value] of Object.entries(presigned.body.fields)) form.append(name, value);
    form.append('file', new Blob([Uint8Array.from(photo)], { type: contentType }), 'photo');
    const transfer = await fetch(presigned.body.url, { method: 'POST', body: form });
    if (!transfer.ok) throw new Error(`The photo was refused: ${transfer.status} ${await transfer.text()}`);
    const created = await this.#request<CreatedPost>('POST', '/posts', { mediaId: presigned.body.mediaId });
    expectStatus(created, [201]);
    return created.body.postId;
  }

  async #request<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const [gateway] = this.#stack.endpoints.parts.gateway!.hosts;
    const token = await signToken(this.id, this.#stack.settings.jwtSecret);
    const response = await fetch(`http://${gateway!.host}:${gateway!.port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Body,
    };
  }
}

function expectStatus({ status, body }: Answer<unknown>, expected: readonly number[]): void {
  if (!expected.includes(status)) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
}

/** Writes who follows whom, in both directions, by author. */
export async function writeFollowers(stack: Stack, graph: Readonly<Record<string, readonly string[]>>) {
  const writer = await connectBulkWriter(stack.endpoints);
  try {
    for (const [author, followers] of Object.entries(graph)) {
      await writer.write('INSERT INTO users (user_id, follower_count) VALUES (?, ?)', [
        [author, followers.length],
      ]);
      await writer.write(
        'INSERT INTO followers (author_id, follower_id) VALUES (?, ?)',
        followers.map((follower) => [author, follower]),
      );
      for (const follower of followers)
        await writer.write('INSERT INTO followees (user_id, author_id) VALUES (?, ?)', [[follower, author]]);
    }
  } finally {
    await writer.close();
  }
}
