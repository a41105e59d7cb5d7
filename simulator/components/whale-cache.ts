import type { ConfigOf } from '../../scenarios/index.ts';
import { drawUint32, streamHash, type WhaleTail } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { NodeContext } from './component.ts';
import { SLOTS } from './feed-users.ts';
import { callOne, oneOf, targetsThatOffer } from './request-routing.ts';
import { lowestAccount, MAXIMUM_ACCOUNTS } from './whale-accounts.ts';

/** Whose posts are pulled: a whale drawn by its followers, or the first of the accounts in AUTHOR. */
export type PullKind = 'whale' | 'followed';

/** Registers of a pull, which runs in a frame of its own: the instance, or the slot of a Redis cache. */
const PLACE = 0;
/** A whale's number, or the accounts followed as bits. */
const AUTHOR = 1;
/** What a look-up found. */
const FOUND = 2;
const [HIT, MISS, LOADING] = [0, 1, 2] as const;

/** How long a request that finds its author being loaded waits until it looks again. */
const pauseWhileLoading = { distribution: 'constant', ms: 0.25 } as const;

/** The whales of PostDB's keys in a run, for whoever has to name one; null: nobody has a whale to pull. */
export const whaleTailOf = (
  run: NativeContext,
  postDb: string,
  tail: WhaleTail | null = null,
): WhaleTail | null => run.state(`${postDb}/whale-tail`, () => tail);

/** Entries of a whale cache in a run. */
export const whaleEntries = (run: NativeContext, service: string, where: string): WhaleEntries =>
  run.state(`${service}/whale-cache/${where}`, () => new WhaleEntries());

/**
 * Entries by author and place: the time at which one ends, ns; or that it is being loaded, or why that
 * failed.
 */
export class WhaleEntries {
  private readonly ends: (Float64Array | undefined)[] = [];

  /** State of an entry: LOADING, HIT or MISS. */
  look(author: number, place: number, nowNs: number): typeof HIT | typeof MISS | typeof LOADING {
    const end = this.ends[author]?.[place] ?? 0;
    return end === Infinity ? LOADING : nowNs < end ? HIT : MISS;
  }
  /** Code of the failure of the last load; 0: it succeeded. */
  failure(author: number, place: number): number {
    return Math.max(0, -(this.ends[author]?.[place] ?? 0));
  }
  load(author: number, place: number): void {
    this.set(author, place, Infinity);
  }
  store(author: number, place: number, endNs: number): void {
    this.set(author, place, endNs);
  }
  fail(author: number, place: number, failure: number): void {
    this.set(author, place, -failure);
  }
  /** Forgets everything at a place. */
  clear(place: number): void {
    for (const ends of this.ends) if (ends !== undefined && place < ends.length) ends[place] = 0;
  }

  /** Forgets all entries of some authors. */
  forget(whose: (author: number) => boolean): void {
    this.ends.forEach((ends, author) => {
      if (ends !== undefined && whose(author)) ends.fill(0);
    });
  }

  private set(author: number, place: number, value: number): void {
    let ends = this.ends[author];
    if (ends === undefined || place >= ends.length) {
      const more = new Float64Array(Math.max(place + 1, 2 * (ends?.length ?? 0)));
      if (ends !== undefined) more.set(ends);
      this.ends[author] = ends = more;
    }
    ends[place] = value;
  }
}

/**
 * Pulls through a cache of whales' posts; null when the service has none. An entry ends
 * `whaleCacheTtlSeconds` after it was stored.
 *
 * - `redis`: `whale_posts:{author}` on the shard of a FeedCache that has its slot. Each miss queries PostDB and
 *   stores what it got; misses of the same moment all query.
 * - `in-process`: a map in each instance. One miss queries; others of that moment wait for it and
 *   share its failure.
 */
export function whaleCache(
  node: NodeContext<ConfigOf<'FeedService'>>,
): ((p: ProcedureBuilder, kind: PullKind) => void) | null {
  const { whaleCache: form, whaleCacheTtlSeconds } = node.config;
  if (form === 'none') return null;
  if (form === 'redis' && node.targetsOf('FeedCache').length === 0)
    node.refuse(
      'The whale cache is to be in Redis, but there is no FeedCache.',
      'Wire the service to a FeedCache, or set `whaleCache` to "in-process" or "none".',
    );
  const ttlNs = whaleCacheTtlSeconds * 1e9;
  const lookUps = node.counter('whaleLookUpsPerSecond', 'perSecond');
  const hits = node.counter('whaleCacheHitRatio', 'ratio', lookUps);
  const stream = streamHash(`${node.id}.cached-whale`);

  /** Draws the whale of the pull: 1; or 0 when it is too small to be told apart. */
  const drawWhale = node.native('draw-cached-whale', (run) => (frame) => {
    const [postDb] = node.targetsOf('PostDB');
    const tail = whaleTailOf(run, postDb!.node.id);
    const whale = tail?.draw(run.draw(frame, stream, 0), run.draw(frame, stream, 1)) ?? -1;
    if (whale < 0) return 0;
    run.setRegister(frame, AUTHOR, whale);
    return 1;
  });
  const authorOf = (kind: PullKind, run: NativeContext, frame: number): number =>
    kind === 'whale'
      ? MAXIMUM_ACCOUNTS + run.register(frame, AUTHOR)
      : lowestAccount(run.register(frame, AUTHOR));

  const inProcess = (kind: PullKind) => {
    const look = node.native(`look-${kind}`, (run) => {
      const entries = whaleEntries(run, node.id, 'instances');
      return (frame) => {
        const author = authorOf(kind, run, frame);
        const place = run.register(frame, PLACE);
        const found = entries.look(author, place, run.time(frame));
        if (found === MISS) entries.load(author, place);
        else run.count(hits, 1);
        return found;
      };
    });
    const lookAgain = node.native(`look-again-${kind}`, (run) => {
      const entries = whaleEntries(run, node.id, 'instances');
      return (frame) => {
        const author = authorOf(kind, run, frame);
        const place = run.register(frame, PLACE);
        if (entries.look(author, place, run.time(frame)) === LOADING) return LOADING;
        const failure = entries.failure(author, place);
        // The loop counts down by one: with 1 it ends.
        return failure > 0 ? -failure : 1;
      };
    });
    const store = node.native(`store-${kind}`, (run) => {
      const entries = whaleEntries(run, node.id, 'instances');
      return (frame) => {
        const author = authorOf(kind, run, frame);
        const place = run.register(frame, PLACE);
        const failure = run.failure(frame);
        if (failure === 0) entries.store(author, place, run.time(frame) + ttlNs);
        else entries.fail(author, place, failure);
        return 0;
      };
    });
    return (p: ProcedureBuilder, query: (p: ProcedureBuilder) => void): void => {
      p.native(look, { into: FOUND }).switch(FOUND, [
        () => {},
        (miss) => miss.ensure(query, (q) => q.native(store)).set(FOUND, 0),
        () => {},
      ]);
      p.repeat(FOUND, (wait) =>
        wait.delay(pauseWhileLoading, 'queue', 'coalesced').native(lookAgain, { into: FOUND }),
      );
    };
  };

  const redis =
    (kind: PullKind) =>
    (p: ProcedureBuilder, query: (p: ProcedureBuilder) => void): void =>
      oneOf(p, targetsThatOffer(node, 'read-key'), (way, { edge, node: cache }) => {
        const look = node.native(`look-${kind}`, (run) => {
          const entries = whaleEntries(run, node.id, cache.id);
          return (frame) => {
            const author = authorOf(kind, run, frame);
            run.setRegister(frame, PLACE, whaleSlot(author));
            const found = entries.look(author, 0, run.time(frame));
            if (found === HIT) run.count(hits, 1);
            return found;
          };
        });
        const store = node.native(`store-${kind}`, (run) => {
          const entries = whaleEntries(run, node.id, cache.id);
          return (frame) => {
            entries.store(authorOf(kind, run, frame), 0, run.time(frame) + ttlNs);
            return 0;
          };
        });
        const read = (q: ProcedureBuilder): void => void q.call(edge, 'read-key', { pass: PLACE });
        way.native(look, { into: FOUND }).switch(FOUND, [
          (hit) => hit.attempt(read, query),
          (miss) => {
            miss.attempt(read, () => {});
            query(miss);
            miss.detach((later) => later.call(edge, 'write-key', { pass: PLACE }).native(store));
          },
        ]);
      });

  const pulls = new Map<PullKind, (p: ProcedureBuilder, query: (p: ProcedureBuilder) => void) => void>();
  for (const kind of ['whale', 'followed'] as const)
    pulls.set(kind, form === 'redis' ? redis(kind) : inProcess(kind));
  return (p, kind) => {
    const known = (q: ProcedureBuilder): void =>
      pulls.get(kind)!(q.count(lookUps), (r) =>
        callOne(r, node, kind === 'whale' ? 'read-author' : 'read-followed', { pass: AUTHOR }),
      );
    p.parallel([
      (own) => {
        if (kind === 'followed') known(own);
        else
          own
            .native(drawWhale, { into: FOUND, shared: false })
            .switch(FOUND, [(small) => callOne(small, node, 'read-whale'), known]);
      },
    ]);
  };
}

/** Slot of `whale_posts:{author}`. */
export const whaleSlot = (author: number): number =>
  Math.floor((drawUint32(author, 0, streamHash('whale-posts'), 0) / 2 ** 32) * SLOTS);
