import { request, type Dispatcher } from 'undici';
import { v7 } from 'uuid';
import { routes, signToken, type Presigned } from '../contract/index.ts';
import type { Stack } from '../stack/index.ts';
import { picture } from './users.ts';

/** An answer; without a status when none came. */
export interface Answer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A user who may send anything with a token that is his. */
export class Attacker {
  constructor(private readonly stack: Pick<Stack, 'endpoints' | 'settings'>) {}

  urlOf(part: 'gateway' | 'cdn'): string {
    const { host, port } = this.stack.endpoints.parts[part]!.hosts[0]!;
    return `http://${host}:${String(port)}`;
  }

  async ask(
    user: string,
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return send(`${this.urlOf('gateway')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await signToken(user, this.stack.settings.jwtSecret)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  async presign(user: string): Promise<Presigned> {
    const answer = await this.ask(user, routes.presign.method, routes.presign.path, {
      contentType: 'image/jpeg',
    });
    if (answer.status === null || answer.status > 299) throw new Error(`No form: ${answer.text}`);
    return JSON.parse(answer.text) as Presigned;
  }

  create(user: string, mediaId: string, caption = ''): Promise<Answer> {
    return this.ask(user, routes.createPost.method, routes.createPost.path, { mediaId, caption });
  }

  comment(user: string, postId: string, text: string): Promise<Answer> {
    const path = routes.comment.path.replace(':postId', postId);
    return this.ask(user, routes.comment.method, path, { commentId: v7(), text });
  }

  detail(user: string, postId: string): Promise<Answer> {
    return this.ask(
      user,
      routes.post.method,
      routes.post.path.replace(':postId', encodeURIComponent(postId)),
    );
  }

  /** @returns the id of a post of this photo */
  async post(user: string, photo?: Uint8Array): Promise<string> {
    const form = await this.presign(user);
    await transfer(form, photo ?? (await picture()));
    const { status, text } = await this.create(user, form.mediaId);
    if (status === null || status > 299) throw new Error(`No post: ${text}`);
    return form.mediaId;
  }
}

/** Sends a request; that none was answered is an answer, too. */
export async function send(
  url: string,
  options: Parameters<typeof request>[1] & { method: Dispatcher.HttpMethod },
): Promise<Answer> {
  try {
    const { statusCode, headers, body } = await request(url, { headersTimeout: 15_000, ...options });
    return { status: statusCode, headers, text: await body.text() };
  } catch {
    return { status: null, headers: {}, text: '' };
  }
}

/** Posts a file with a form whose fields `change` alters. */
export async function transfer(
  { url, fields }: Presigned,
  file: Uint8Array,
  change: (fields: Record<string, string>) => Record<string, string> = (same) => same,
): Promise<Pick<Answer, 'status'>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(change({ ...fields }))) form.append(name, value);
  form.append('file', new Blob([file as Uint8Array<ArrayBuffer>]), 'photo');
  try {
    const { status } = await fetch(url, { method: 'POST', body: form });
    return { status };
  } catch {
    return { status: null };
  }
}
