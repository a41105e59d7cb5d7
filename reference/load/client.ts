import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Scenario } from '../../scenarios/index.ts';
import type { ImageView } from '../../scenarios/sampling/index.ts';
import {
  cdnTierHeader,
  routes,
  signToken,
  type CreatedPost,
  type Feed,
  type PostDetail,
  type Presigned,
} from '../contract/index.ts';
import { endpointVariables, type Endpoints, type Part } from '../endpoints/index.ts';
import { HttpClient, type Reply, type Request } from './http.ts';
import type { Operation, OperationKind } from './history.ts';

export type OperationOf<Kind extends OperationKind> = Omit<Extract<Operation, { kind: Kind }>, 'n'>;
/** An operation before it has its number. */
export type Ended = { [Kind in OperationKind]: OperationOf<Kind> }[OperationKind];

/** How long clients wait, ms, by the edges of the design; without a time-out of its own, as long as a browser. */
export interface Timeouts {
  readonly readsMs: number;
  readonly writesMs: number;
  readonly transfersMs: number;
  readonly imagesMs: number;
}
const browserTimeoutMs = 300_000;

export function timeoutsOf({ design: { nodes, edges } }: Scenario): Timeouts {
  const kindOf = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const between = (from: string, ...to: readonly string[]): number =>
    edges.find(({ source, target }) => kindOf.get(source) === from && to.includes(kindOf.get(target) ?? ''))
      ?.config.timeoutMs ?? browserTimeoutMs;
  return {
    readsMs: between('ReadClient', 'ApiGateway', 'ReadLB', 'FeedService'),
    writesMs: between('UploadClient', 'ApiGateway', 'UploadLB', 'UploadService'),
    transfersMs: between('UploadClient', 'ObjectStorage'),
    imagesMs: between('ReadClient', 'CDN'),
  };
}

export interface ClientOptions {
  readonly endpoints: Endpoints;
  readonly jwtSecret: string;
  readonly timeouts: Timeouts;
  /** Milliseconds since the start of the replay. */
  readonly now: () => number;
}

/** A run may last hours. */
const tokenSeconds = 86_400;
const captionOf = (userId: string): string => `A photo by ${userId}`;
const commentText = 'What a picture!';
const jpeg = 'image/jpeg';
/** Tells apart what the stack may not read as a part of the form. */
const boundary = 'fanout-lab-6f1d2c';

/** What users do, one HTTP request each; every method returns the operation as its client saw it. */
export class UserClient {
  private readonly http: HttpClient;
  private readonly tokens = new Map<string, Promise<string>>();
  private gatewayTurn = 0;
  private edgeTurn = 0;

  constructor(private readonly options: ClientOptions) {
    this.http = new HttpClient(options.endpoints.routes);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  async readFeed(
    user: string,
    intendedMs: number,
  ): Promise<{ readonly operation: OperationOf<'feed-read'>; readonly feed: Feed | null }> {
    const { reply, ...common } = await this.asUser(user, intendedMs, 'GET', routes.feed.path, undefined);
    const feed = bodyOf<Feed>(reply);
    return {
      operation: {
        ...common,
        kind: 'feed-read',
        posts: feed?.posts.map(({ postId }) => postId) ?? [],
        source: feed?.source ?? null,
      },
      feed,
    };
  }

  async readPost(user: string, intendedMs: number, postId: string): Promise<OperationOf<'post-detail'>> {
    const path = routes.post.path.replace(':postId', postId);
    const { reply: _, ...common } = await this.asUser(user, intendedMs, 'GET', path, undefined);
    return { ...common, kind: 'post-detail', postId };
  }

  /** Whether a post has its variants; null when it cannot be read. */
  async mediaState(user: string, postId: string): Promise<PostDetail['media'] | null> {
    const path = routes.post.path.replace(':postId', postId);
    const { reply } = await this.asUser(user, 0, 'GET', path, undefined);
    return bodyOf<PostDetail>(reply)?.media ?? null;
  }

  async presign(
    user: string,
    intendedMs: number,
  ): Promise<{ readonly operation: OperationOf<'presign'>; readonly form: Presigned | null }> {
    const { reply, ...common } = await this.asUser(user, intendedMs, 'POST', routes.presign.path, {
      contentType: jpeg,
    });
    const form = bodyOf<Presigned>(reply);
    return { operation: { ...common, kind: 'presign', mediaId: form?.mediaId ?? null }, form };
  }

  /** Posts the photo straight to the object store. */
  async transfer(
    user: string,
    intendedMs: number,
    form: Presigned,
    photo: Buffer,
  ): Promise<OperationOf<'media-transfer'>> {
    const fields = Object.entries(form.fields).map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo"\r\nContent-Type: ${jpeg}\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(fields.join('') + file),
      photo,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const { reply: _, ...common } = await this.send(user, intendedMs, {
      method: 'POST',
      url: form.url,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body,
      timeoutMs: this.options.timeouts.transfersMs,
    });
    return {
      ...common,
      kind: 'media-transfer',
      mediaId: form.mediaId,
      sizeBytes: photo.length,
      contentType: jpeg,
    };
  }

  async createPost(user: string, intendedMs: number, mediaId: string): Promise<OperationOf<'create-post'>> {
    const { reply, ...common } = await this.asUser(user, intendedMs, 'POST', routes.createPost.path, {
      mediaId,
      caption: captionOf(user),
    });
    return {
      ...common,
      kind: 'create-post',
      mediaId,
      postId: mediaId,
      authorId: user,
      createdAtMs: bodyOf<CreatedPost>(reply)?.createdAtMs ?? null,
    };
  }

  async like(user: string, intendedMs: number, postId: string): Promise<OperationOf<'like'>> {
    const path = routes.like.path.replace(':postId', postId);
    const { reply: _, ...common } = await this.asUser(user, intendedMs, 'POST', path, undefined);
    return { ...common, kind: 'like', postId };
  }

  async comment(user: string, intendedMs: number, postId: string): Promise<OperationOf<'comment'>> {
    // Of version 7: comments are listed by their ids, newest first.
    const commentId = v7();
    const path = routes.comment.path.replace(':postId', postId);
    const { reply: _, ...common } = await this.asUser(user, intendedMs, 'POST', path, {
      commentId,
      text: commentText,
    });
    return { ...common, kind: 'comment', postId, commentId };
  }

  async viewImage(
    user: string,
    intendedMs: number,
    postId: string,
    view: ImageView,
  ): Promise<OperationOf<'image-view'>> {
    const { reply, ...common } = await this.send(user, intendedMs, {
      method: 'GET',
      url: `${this.origin('cdn', this.edgeTurn++)}/i/${postId}/${view.sizePx}`,
      headers: { accept: view.accept },
      timeoutMs: this.options.timeouts.imagesMs,
    });
    return {
      ...common,
      kind: 'image-view',
      postId,
      sizePx: view.sizePx,
      contentType: headerOf(reply, 'content-type'),
      cache: headerOf(reply, cdnTierHeader),
    };
  }

  /** Through the gateway. */
  private async asUser(
    user: string,
    intendedMs: number,
    method: Request['method'],
    path: string,
    body: object | undefined,
  ) {
    const { timeouts } = this.options;
    const token = await this.tokenOf(user);
    return this.send(user, intendedMs, {
      method,
      url: this.origin('gateway', this.gatewayTurn++) + path,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: method === 'GET' ? timeouts.readsMs : timeouts.writesMs,
    });
  }

  private async send(user: string, intendedMs: number, request: Request) {
    const traceId = randomBytes(16).toString('hex');
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    const sentMs = this.options.now();
    const reply = await this.http.send({ ...request, headers: { ...request.headers, traceparent } });
    const { outcome, status, error } = reply;
    return { reply, user, intendedMs, sentMs, endedMs: this.options.now(), outcome, status, error, traceId };
  }

  private tokenOf(user: string): Promise<string> {
    const known = this.tokens.get(user);
    if (known !== undefined) return known;
    const token = signToken(user, this.options.jwtSecret, tokenSeconds);
    this.tokens.set(user, token);
    return token;
  }

  /** Of the processes of a part in turn, as a resolver hands out addresses. */
  private origin(part: Part, turn: number): string {
    const endpoint = this.options.endpoints.parts[part];
    if (endpoint === undefined)
      throw new Error(`${endpointVariables[part]} is not set: there is nothing to send load to.`);
    const { host, port } = endpoint.hosts[turn % endpoint.hosts.length]!;
    return `${endpoint.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}

/** The JSON of an answer that is `ok`. */
function bodyOf<Body>({ outcome, body }: Reply): Body | null {
  return outcome === 'ok' ? (JSON.parse(body.toString('utf8')) as Body) : null;
}

function headerOf({ headers }: Reply, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
