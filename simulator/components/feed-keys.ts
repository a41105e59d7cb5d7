import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';
import type { Node } from '../../scenarios/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Neighbour, NodeContext } from './component.ts';
import { EmergentFeeds, GivenFeeds, feedTraffic, type FeedContents } from './feed-contents.ts';
import { takesShards } from './feed-cache-faults.ts';
import { FeedUsers, feedCacheConfig } from './feed-users.ts';

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/**
 * Must requests say whose feed they are about? Where the hit ratio is a constant and no shard is ever
 * emptied or lost they need not: which shard and whether it hits are draws.
 */
export function isKeyed(cache: Node, node: NodeContext): boolean {
  const { hitRatio, start, addedShards } = feedCacheConfig(cache);
  return (
    hitRatio === 'emergent' ||
    start === 'cold' ||
    addedShards > 0 ||
    node.faults.some(({ entry }) => takesShards(entry, cache.id)) ||
    node.timeline.some((entry) => entry.kind === 'set' && entry.path === `${cache.id}.addedShards`)
  );
}

/** The users of a cache, in one run. */
export function feedUsers(run: NativeContext, cache: Node, node: NodeContext): FeedUsers {
  return run.state(`${cache.id}/users`, () => new FeedUsers(feedCacheConfig(cache), node.population));
}

/** What a cache holds, in one run. */
export function feedContents(run: NativeContext, cache: Node, node: NodeContext): FeedContents {
  return run.state(`${cache.id}/contents`, () => {
    const config = feedCacheConfig(cache);
    const users = feedUsers(run, cache, node);
    return config.hitRatio === 'emergent'
      ? new EmergentFeeds(users, config, feedTraffic(node.design, node.population))
      : new GivenFeeds(users, config, config.hitRatio);
  });
}

/** What the reader of a feed does with a keyed cache; where there are several, each has users of its own. */
export interface FeedReader {
  /** Draws who it is; before all else. */
  readonly choose: NativeRef;
  /** Whether that user's feed is there: 1 or 0. */
  readonly lookUp: NativeRef;
  /** Whether that user's ranking vector is there: 1 or 0. */
  readonly hasVector: NativeRef;
  /** The user, for a register that a call passes on. */
  readonly user: NativeRef;
}

export function feedReader(node: NodeContext, { node: cache }: Neighbour): FeedReader {
  const stream = streamHash(`${node.id}.reader`);
  const readers = (run: NativeContext): ChosenReaders =>
    run.state(`${node.id}/readers/${cache.id}`, () => new ChosenReaders(run));
  return {
    choose: node.native('choose-reader', (run) => {
      const of = readers(run);
      const users = feedUsers(run, cache, node);
      return (frame) => {
        of.set(frame, users.reader(run.draw(frame, stream, 0), run.draw(frame, stream, 1)));
        return 0;
      };
    }),
    lookUp: node.native('look-up-feed', (run) => {
      const of = readers(run);
      const contents = feedContents(run, cache, node);
      return (frame) => {
        const coin = (run.draw(frame, stream, 2) + 0.5) * TWO_TO_MINUS_32;
        return contents.lookUp(of.get(frame), run.time(frame), coin) ? 1 : 0;
      };
    }),
    hasVector: node.native('has-vector', (run) => {
      const of = readers(run);
      const contents = feedContents(run, cache, node);
      return (frame) => (contents.readVector(of.get(frame), run.time(frame)) ? 1 : 0);
    }),
    user: node.native('reader', (run) => {
      const of = readers(run);
      return (frame) => of.get(frame);
    }),
  };
}

/** Readers by frame: a frame's registers are taken, and its key changes with every round of a loop. */
class ChosenReaders {
  private readonly readers = new Map<number, number>();
  /** A frame goes from request to request: when the one began whose reader this is. */
  private readonly since = new Map<number, number>();

  constructor(private readonly run: NativeContext) {}

  set(frame: number, reader: number): void {
    this.readers.set(frame, reader);
    this.since.set(frame, this.run.startNs(frame));
  }

  /** @throws Error when nobody drew who reads: the frame would get whoever had it last */
  get(frame: number): number {
    if (this.since.get(frame) !== this.run.startNs(frame))
      throw new Error('a feed is read before it is known whose it is');
    return this.readers.get(frame)!;
  }
}

/**
 * The follower whom a fan-out pushes to next, for a register that the call passes on: the same one when
 * the push is made again. `remaining`: what is left, counted from the last follower.
 */
export function follower(
  node: NodeContext,
  neighbour: Neighbour,
  remaining: (run: NativeContext, frame: number) => number,
): NativeRef {
  return node.native('follower', (run) => {
    const whom = followerOf(run, node, neighbour);
    return (frame) => whom(frame, remaining(run, frame));
  });
}

/** The follower of a post who is `left` from the last one. */
export function followerOf(
  run: NativeContext,
  node: NodeContext,
  { node: cache }: Neighbour,
): (frame: number, left: number) => number {
  const stream = streamHash(`${node.id}.follower`);
  const users = feedUsers(run, cache, node);
  return (frame, left) => {
    // The instant of the publish tells posts apart, and stays when a post is delivered again.
    const since = run.startNs(frame);
    const low = since % 2 ** 32;
    const high = Math.floor(since / 2 ** 32);
    return users.anyone(drawUint32(low, high, stream, 2 * left), drawUint32(low, high, stream, 2 * left + 1));
  };
}
