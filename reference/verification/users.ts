import sharp from 'sharp';
import { UserClient, type History, type Operation } from '../load/index.ts';
import type { Stack } from '../stack/index.ts';

type Ended = Operation extends infer Each ? (Each extends Operation ? Omit<Each, 'n'> : never) : never;

/**
 * Users of a stack and the history of what they did, for tests that decide themselves what happens when.
 * Load by a scenario has its own generator.
 */
export class Users {
  readonly startedAtMs = Date.now();
  readonly client: UserClient;
  private readonly operations: Operation[] = [];

  constructor({ endpoints, settings }: Pick<Stack, 'endpoints' | 'settings'>) {
    this.client = new UserClient({
      endpoints,
      jwtSecret: settings.jwtSecret,
      timeouts: { readsMs: 10_000, writesMs: 15_000, transfersMs: 15_000, imagesMs: 10_000 },
      now: () => this.nowMs,
    });
  }

  /** Milliseconds since the start of the history. */
  get nowMs(): number {
    return Date.now() - this.startedAtMs;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  history(): History {
    return {
      start: { kind: 'start', startedAtMs: this.startedAtMs, scenario: 'test', seed: 1, postsBefore: [] },
      operations: this.operations,
    };
  }

  /** Presigns and sends the photo. @returns the id that the post will have */
  async upload(user: string, photo: Buffer): Promise<string> {
    const { operation, form } = await this.client.presign(user, this.nowMs);
    this.record(operation);
    if (form === null) throw new Error(`No form for ${user}: ${String(operation.error)}`);
    const transfer = await this.client.transfer(user, this.nowMs, form, photo);
    this.record(transfer);
    if (transfer.outcome !== 'ok')
      throw new Error(`The photo of ${user} did not arrive: ${String(transfer.error)}`);
    return form.mediaId;
  }

  /** One attempt. */
  async create(user: string, mediaId: string): Promise<Ended> {
    return this.record(await this.client.createPost(user, this.nowMs, mediaId));
  }

  /** A post from the photo on. @returns its id, whatever came of creating it */
  async post(user: string, photo: Buffer): Promise<string> {
    const mediaId = await this.upload(user, photo);
    await this.create(user, mediaId);
    return mediaId;
  }

  async read(user: string): Promise<readonly string[] | null> {
    const { operation, feed } = await this.client.readFeed(user, this.nowMs);
    this.record(operation);
    return feed?.posts.map(({ postId }) => postId) ?? null;
  }

  async like(user: string, postId: string): Promise<Ended> {
    return this.record(await this.client.like(user, this.nowMs, postId));
  }

  async comment(user: string, postId: string): Promise<Ended> {
    return this.record(await this.client.comment(user, this.nowMs, postId));
  }

  async detail(user: string, postId: string): Promise<Ended> {
    return this.record(await this.client.readPost(user, this.nowMs, postId));
  }

  private record<Operation extends Ended>(operation: Operation): Operation {
    this.operations.push({ n: this.operations.length, ...operation });
    return operation;
  }
}

/** A small photo. */
export function picture(format: 'jpeg' | 'png' | 'webp' = 'jpeg'): Promise<Buffer> {
  return sharp({ create: { width: 320, height: 240, channels: 3, background: '#369' } })
    .toFormat(format)
    .toBuffer();
}
