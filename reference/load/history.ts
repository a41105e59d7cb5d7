import { z } from 'zod';
import { id, postId } from '../contract/index.ts';

/** Milliseconds since the start of the replay. */
const ms = z.number().min(0);

/** What every line of a history has. */
const common = {
  /** Number of the operation, from 0; no two lines of a history share one. Lines lie in the order in which operations ended. */
  n: z.int().min(0),
  user: id,
  /** When the trace wants it to begin: latency counts from here. */
  intendedMs: ms,
  sentMs: ms,
  endedMs: ms,
  /**
   * `ok`: acknowledged. `failed`: surely without effect: refused before anything was done (4xx, or no
   * connection). `unknown`: anything else, such as a time-out or a 5xx: it may have taken effect or do so yet.
   */
  outcome: z.enum(['ok', 'failed', 'unknown']),
  /** HTTP status; null when no answer came. */
  status: z.int().nullable(),
  /** Why it was not ok, in a word: the service's `error`, or `timeout`, `refused`, `reset`. */
  error: z.string().nullable(),
  /** W3C trace id that the request carried. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
};

/** One operation of a client, as it saw it. */
export const operation = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('feed-read'),
    /** The posts of the answer, best first; empty unless `ok`. */
    posts: z.array(postId),
    source: z.enum(['cache', 'rebuilt', 'pull']).nullable(),
  }),
  z.strictObject({ ...common, kind: z.literal('post-detail'), postId }),
  /** `mediaId` as the answer gave it. */
  z.strictObject({ ...common, kind: z.literal('presign'), mediaId: postId.nullable() }),
  z.strictObject({
    ...common,
    kind: z.literal('media-transfer'),
    mediaId: postId,
    sizeBytes: z.int().min(1),
    contentType: z.string(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('create-post'),
    mediaId: postId,
    /** The same as `user`, and the post's id the same as `mediaId`; told apart because they are read so. */
    postId,
    authorId: id,
    /** As the answer gave it, ms since 1970; null unless `ok`. */
    createdAtMs: z.number().nullable(),
  }),
  z.strictObject({ ...common, kind: z.literal('like'), postId }),
  z.strictObject({ ...common, kind: z.literal('comment'), postId, commentId: z.uuid() }),
  z.strictObject({
    ...common,
    kind: z.literal('image-view'),
    postId,
    sizePx: z.int().min(1),
    /** Of the answer; null when none came. */
    contentType: z.string().nullable(),
    /** The tier that had the image, as `X-Cache` says; null when it does not. */
    cache: z.string().nullable(),
  }),
]);
export type Operation = z.output<typeof operation>;
export type OperationKind = Operation['kind'];

/** First line of a history: what the times count from, and what was there before. */
export const historyStart = z.strictObject({
  kind: z.literal('start'),
  /** ms since 1970. */
  startedAtMs: z.number(),
  scenario: z.string(),
  seed: z.int().min(0),
  /** Posts written at set-up, which were there before the first operation. */
  postsBefore: z.array(z.strictObject({ postId, authorId: id, createdAtMs: z.number() })),
});
export type HistoryStart = z.output<typeof historyStart>;

export interface History {
  readonly start: HistoryStart;
  readonly operations: readonly Operation[];
}

/**
 * Reads a history: NDJSON, the start first, then one line an operation. A last line without a line
 * break is what a generator was writing when it was killed, and is left out.
 *
 * @throws Error naming the line that is not one: histories are written by us only
 */
export function readHistory(text: string): History {
  const lines = text.split('\n').slice(0, -1);
  const read = <T>(schema: z.ZodType<T>, line: string, at: number): T => {
    const result = schema.safeParse(JSON.parse(line));
    if (!result.success) throw new Error(`History, line ${at + 1}: ${z.prettifyError(result.error)}`);
    return result.data;
  };
  if (lines[0] === undefined) throw new Error('The history is empty: the generator wrote no start.');
  return {
    start: read(historyStart, lines[0], 0),
    operations: lines.slice(1).map((line, i) => read(operation, line, i + 1)),
  };
}

/** The line of one operation, or of the start. */
export function historyLine(line: HistoryStart | Operation): string {
  return `${JSON.stringify(line)}\n`;
}
