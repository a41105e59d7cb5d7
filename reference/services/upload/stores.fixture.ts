import { topics } from '../../contract/index.ts';
import type { Cassandra, Objects, Outgoing, Page, Parameter, StreamProducer } from '../platform/index.ts';

/** What becomes of an operation on a store: as it should, not at all, or done without anybody hearing of it. */
export type Fate = 'works' | 'lost' | 'done but not told';

export interface Stores {
  readonly cassandra: Cassandra;
  readonly objects: Objects;
  readonly producer: StreamProducer;
  readonly posts: Map<string, readonly Parameter[]>;
  readonly postsByAuthor: Map<string, readonly Parameter[]>;
  readonly outbox: Map<string, readonly Parameter[]>;
  readonly comments: Map<string, boolean>;
  readonly counters: Map<string, number>;
  readonly sent: Outgoing[];
  /** Names of the statements, in order. */
  readonly executed: string[];
}

/** All stores in memory, on which each operation meets its fate. */
export function createStores(
  fateOf: (operation: string) => Fate,
  photos: ReadonlyMap<string, string>,
  lost: () => Error = () => new Error('lost'),
): Stores {
  const stores = {
    posts: new Map<string, readonly Parameter[]>(),
    postsByAuthor: new Map<string, readonly Parameter[]>(),
    outbox: new Map<string, readonly Parameter[]>(),
    comments: new Map<string, boolean>(),
    counters: new Map<string, number>(),
    sent: [] as Outgoing[],
    executed: [] as string[],
  };
  const act = <Result>(operation: string, effect: () => Result): Promise<Result> => {
    const fate = fateOf(operation);
    if (fate === 'lost') return Promise.reject(lost());
    const result = effect();
    return fate === 'works' ? Promise.resolve(result) : Promise.reject(lost());
  };
  const rowKey = (bucket: unknown, at: unknown, postId: unknown) =>
    `${String(bucket)} ${(at as Date).getTime()} ${String(postId)}`;
  const add = (key: string) => stores.counters.set(key, (stores.counters.get(key) ?? 0) + 1);
  const statements: Record<string, (p: readonly Parameter[]) => object[]> = {
    'insert-outbox': (p) => (stores.outbox.set(rowKey(p[0], p[1], p[2]), p), []),
    'delete-outbox': (p) => (stores.outbox.delete(rowKey(p[0], p[1], p[2])), []),
    'select-outbox': ([bucket, from, until]) =>
      [...stores.outbox.values()]
        .filter(
          (p) => p[0] === bucket && (p[1] as Date) > (from as Date) && (p[1] as Date) <= (until as Date),
        )
        .sort((a, b) => (a[1] as Date).getTime() - (b[1] as Date).getTime())
        .slice(0, 3)
        .map(([, at, post_id, author_id, created_at, caption, file_type]) => ({
          ...{ at, post_id, author_id, created_at, caption, file_type },
        })),
    'insert-post': (p) => (stores.posts.set(p[0] as string, p), []),
    'insert-post-by-author': (p) => (stores.postsByAuthor.set(p[2] as string, p), []),
    'select-author-of-post': ([id]) => rowOf(stores.posts.get(id as string), (p) => ({ author_id: p[1] })),
    'select-post-state': () => [],
    'select-post-state-quorum': ([id]) =>
      rowOf(stores.posts.get(id as string), (p) => ({ media_state: p[4] })),
    'select-follower-count': () => [{ follower_count: 7 }],
    'add-like': ([id]) => (add(`likes ${String(id)}`), []),
    'add-comment-count': ([id]) => (add(`comments ${String(id)}`), []),
    'select-comment-counted': (p) =>
      stores.comments.has(p.join()) ? [{ counted: stores.comments.get(p.join()) }] : [],
    'insert-comment': (p) => (stores.comments.set(p.slice(0, 3).join(), false), []),
    'mark-comment-counted': (p) => (stores.comments.set(p.join(), true), []),
  };
  const cassandra: Cassandra = {
    execute: ({ name }, parameters) => {
      stores.executed.push(name);
      return act(name, () => ({ rows: statements[name]!(parameters), pageState: null }) as unknown as Page);
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const objects: Objects = {
    signForm: ({ key }) => Promise.resolve({ url: 'http://objects.example', fields: { key } }),
    head: (key) =>
      act('head', () => {
        const contentType = photos.get(key);
        return contentType === undefined ? null : { sizeBytes: 1, contentType };
      }),
    get: () => Promise.resolve(null),
    put: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    ping: () => Promise.resolve(),
    close: () => undefined,
  };
  const producer: StreamProducer = {
    send: (message) => act(`send ${message.topic}`, () => void stores.sent.push(message)),
    pending: 0,
    close: () => Promise.resolve(),
  };
  return { ...stores, cassandra, objects, producer };
}

const rowOf = (
  row: readonly Parameter[] | undefined,
  make: (row: readonly Parameter[]) => object,
): object[] => (row === undefined ? [] : [make(row)]);

/** How often a post was told of on each of its topics. */
export const timesSent = ({ sent }: Stores, postId: string): readonly number[] =>
  [topics.uploadComplete, topics.postCreated].map(
    (topic) =>
      sent.filter(
        (message) => message.topic === topic && (message.value as { postId: string }).postId === postId,
      ).length,
  );
