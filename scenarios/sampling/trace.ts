import type { ConfigOf, KindName } from '../kinds/index.ts';
import type { Arrivals, Scenario, TimelineEntryOf } from '../scenario.ts';
import { compileArrivals, thinnedArrivals, type ArrivalProcess } from './arrivals.ts';
import {
  extraFeedReads,
  likesOf,
  viralChoice,
  type AttentionEntry,
  type DrawnRequests,
} from './attention.ts';
import { authorOf, followGraph, userId, type FollowGraph } from './follow-graph.ts';
import { drawUint32, rootKey0, rootKey1, sourceKey, streamHash, uniform, type Key } from './random.ts';

/**
 * Every request of a scenario, one by one: what the simulator's sources send, for clients that send to
 * real parts. Arrival times are those of the simulator for the same seed, bit by bit; users, authors,
 * objects and sizes are drawn by the key of the request, so that they do not depend on anything else.
 */
export interface RequestTrace {
  readonly graph: FollowGraph;
  /** Authors of the posts that are there before the first request, in order: an object of a request is an index. */
  readonly postsBefore: readonly string[];
  /** By time; of two at one instant the one of the source that stands first in the design. */
  readonly requests: readonly TraceRequest[];
  /** What a whale's post draws to itself once it is acknowledged at `sinceNs`, by time; until the end of the run. */
  afterAcknowledgement(event: string, sinceNs: number): readonly TraceRequest[];
}

/** A post: one of `postsBefore`, or the one that an event made. */
export type PostReference = { readonly before: number } | { readonly event: string };

/** One picture of a feed that the browser's cache does not have. */
export interface ImageView {
  /** Place of its post in the feed, from 0. */
  readonly position: number;
  readonly sizePx: number;
  readonly accept: 'image/webp' | 'image/jpeg';
}

export type TraceRequest = {
  /** Intended start, ns. */
  readonly atNs: number;
  readonly user: string;
  /** Id of the client node that sends it. */
  readonly client: string;
} & (
  | { readonly flow: 'feed-read'; readonly views: readonly ImageView[] }
  | { readonly flow: 'post-detail' | 'like' | 'comment'; readonly post: PostReference }
  | {
      readonly flow: 'photo-upload';
      readonly sizeBytes: number;
      /** 32 bits that choose the picture. */
      readonly picture: number;
      /** The `whale-post` that it is, or null. */
      readonly event: string | null;
    }
);

const USER = streamHash('trace.user');
const OBJECT = streamHash('trace.object');
const CLIENT_CACHE = streamHash('trace.client-cache');
const FORMAT = streamHash('trace.format');
const PICTURE = streamHash('trace.picture');

/** One in so many accounts has a post when the run begins. */
const ACCOUNTS_PER_POST_BEFORE = 5;
/** Variant that a feed shows: the one for phones of the published design's four. */
const FEED_IMAGE_PX = 600;
/** Share of browsers that take WebP (caniuse.com, WebP: 97 % of users worldwide, 2025). */
const WEBP_SHARE = 0.97;
/** Draws until a follower's object is any post instead of one of an account that it follows. */
const OBJECT_DRAWS = 8;

/**
 * @throws RangeError for a closed flow, whose arrivals depend on answers, and for a population too large
 *   for a graph (`maximumGraph`)
 */
export function requestTrace(scenario: Scenario, seed: number): RequestTrace {
  const graph = followGraph(scenario, seed);
  const posts = postsBefore(scenario, graph);
  const make = requestMaker(scenario, graph, posts);
  const endNs = Math.floor(scenario.run.durationSeconds * 1e9 + 0.5);
  const readers = nodesOf(scenario, 'ReadClient');
  const writers = nodesOf(scenario, 'UploadClient');
  const requests: TraceRequest[] = [];

  const ordinary = (client: string, flow: TraceRequest['flow'], arrivals: Arrivals | null): void => {
    if (arrivals === null) return;
    const name = `${client}/${flow}`;
    if (arrivals.process === 'closed')
      throw new RangeError(`Arrivals of ${name} are closed: they depend on the answers.`);
    const key = sourceKey(seed, name);
    const process = withSpikes(compileArrivals(arrivals, key), spikesOf(scenario, client, flow));
    for (let n = 0, atNs = process.next(); atNs < endNs; n++, atNs = process.next())
      requests.push(make({ client, flow, atNs, key, sequence: n, event: null }));
  };
  for (const { id, config } of readers) {
    ordinary(id, 'feed-read', config.feedRead);
    ordinary(id, 'post-detail', config.postDetail);
  }
  for (const { id, config } of writers) {
    ordinary(id, 'photo-upload', config.photoUpload);
    ordinary(id, 'like', config.like);
    ordinary(id, 'comment', config.comment);
  }

  const drawn = (
    client: string,
    flow: 'feed-read' | 'like',
    entry: AttentionEntry,
    sinceNs: number,
    rate: DrawnRequests | null,
  ): TraceRequest[] => {
    if (rate === null) return [];
    const key = sourceKey(seed, `${client}/${flow}/${entry.id}`);
    const process = thinnedArrivals(rate, key, sinceNs);
    const list: TraceRequest[] = [];
    for (let n = 0, atNs = process.next(); atNs < endNs; n++, atNs = process.next())
      list.push(make({ client, flow, atNs, key, sequence: n, event: entry }));
    return list;
  };
  const [writer] = writers;
  for (const entry of scenario.timeline) {
    if (writer === undefined) break;
    const atNs = Math.floor(entry.atSeconds * 1e9 + 0.5);
    if (entry.kind === 'whale-post') {
      const key = sourceKey(seed, `${writer.id}/photo-upload/${entry.id}`);
      requests.push(make({ client: writer.id, flow: 'photo-upload', atNs, key, sequence: 0, event: entry }));
    } else if (entry.kind === 'viral-post')
      requests.push(...drawn(writer.id, 'like', entry, atNs, likesOf(entry, atNs)));
  }

  return {
    graph,
    postsBefore: posts.authors.map((account) => graph.accounts[account]!.id),
    requests: inOrder(requests),
    afterAcknowledgement(event, sinceNs) {
      const entry = scenario.timeline.find(
        (other): other is TimelineEntryOf<'whale-post'> => other.kind === 'whale-post' && other.id === event,
      );
      if (entry === undefined) throw new RangeError(`No whale post has the id "${event}".`);
      const { users } = scenario.population;
      const extra = readers.flatMap(({ id, config }) =>
        drawn(id, 'feed-read', entry, sinceNs, extraFeedReads(entry, config.feedRead, users, sinceNs)),
      );
      const likes =
        writer === undefined ? [] : drawn(writer.id, 'like', entry, sinceNs, likesOf(entry, sinceNs));
      return inOrder([...extra, ...likes]);
    },
  };
}

interface Client<Kind extends KindName> {
  readonly id: string;
  readonly config: ConfigOf<Kind>;
}

function nodesOf<Kind extends 'ReadClient' | 'UploadClient'>(
  { design }: Scenario,
  kind: Kind,
): readonly Client<Kind>[] {
  return design.nodes
    .filter((node) => node.kind === kind)
    .map(({ id, config }) => ({ id, config: config as unknown as ConfigOf<Kind> }));
}

/** A sort of equal times keeps their order (ECMAScript 2019). */
const inOrder = (requests: TraceRequest[]): TraceRequest[] => requests.sort((a, b) => a.atNs - b.atNs);

interface Change {
  readonly atNs: number;
  readonly multiplier: number;
}

/** What the timeline multiplies the rate of a flow by, from when on: the product of the spikes that it is in. */
function spikesOf({ timeline }: Scenario, client: string, flow: string): readonly Change[] {
  const spikes = timeline.filter(
    (entry): entry is TimelineEntryOf<'traffic-spike'> =>
      entry.kind === 'traffic-spike' &&
      entry.target === client &&
      (entry.flows === null || entry.flows.includes(flow)),
  );
  const toNs = (seconds: number): number => Math.floor(seconds * 1e9 + 0.5);
  const bounds = spikes.map((spike) => ({
    fromNs: toNs(spike.atSeconds),
    untilNs: spike.durationSeconds === null ? Infinity : toNs(spike.atSeconds + spike.durationSeconds),
    multiplier: spike.multiplier,
  }));
  const times = [...new Set(bounds.flatMap(({ fromNs, untilNs }) => [fromNs, untilNs]))].filter(
    (atNs) => atNs < Infinity,
  );
  return times
    .sort((a, b) => a - b)
    .map((atNs) => ({
      atNs,
      multiplier: bounds
        .filter(({ fromNs, untilNs }) => fromNs <= atNs && atNs < untilNs)
        .reduce((product, { multiplier }) => product * multiplier, 1),
    }));
}

/** A change acts on the arrival that is pending then, as in the simulator. */
function withSpikes(process: ArrivalProcess, changes: readonly Change[]): { next(): number } {
  let change = 0;
  return {
    next() {
      let atNs = process.next();
      for (; change < changes.length && changes[change]!.atNs <= atNs; change++)
        atNs = process.setMultiplier(changes[change]!.atNs, changes[change]!.multiplier);
      return atNs;
    },
  };
}

interface PostsBefore {
  /** Account of the author, by post. */
  readonly authors: readonly number[];
  /** Post of an account, where it has one. */
  readonly of: ReadonlyMap<number, number>;
}

/**
 * Every whale of the power law has a recent post, or it would not be pulled; so has one in so many of the
 * others, and the account of each viral post, which has been there for a while. Whales of
 * `population.whales` have none until an event gives them one.
 */
function postsBefore(scenario: Scenario, { users, accounts }: FollowGraph): PostsBefore {
  const threshold = scenario.design.nodes.find(({ kind }) => kind === 'FanoutWorker')?.config[
    'whaleThreshold'
  ];
  const viral = new Set(
    scenario.timeline.filter(({ kind }) => kind === 'viral-post').map((entry) => authorOf(entry)),
  );
  const authors = accounts.flatMap(({ id, followers }, account) =>
    account < users
      ? (typeof threshold === 'number' && followers.length >= threshold) ||
        account % ACCOUNTS_PER_POST_BEFORE === 0
        ? [account]
        : []
      : viral.has(id)
        ? [account]
        : [],
  );
  return { authors, of: new Map(authors.map((account, post) => [account, post])) };
}

interface Drawn {
  readonly client: string;
  readonly flow: TraceRequest['flow'];
  readonly atNs: number;
  readonly key: Key;
  readonly sequence: number;
  /** The post that drew the request to itself, or that it is. */
  readonly event: AttentionEntry | null;
}

function requestMaker(
  scenario: Scenario,
  { accounts, followees, users }: FollowGraph,
  posts: PostsBefore,
): (drawn: Drawn) => TraceRequest {
  const active = Math.max(1, Math.floor(users * scenario.population.activeRatio + 0.5));
  const reader = new Map(nodesOf(scenario, 'ReadClient').map(({ id, config }) => [id, config]));
  const writer = new Map(nodesOf(scenario, 'UploadClient').map(({ id, config }) => [id, config]));
  const viral = new Map([...reader.keys()].map((id) => [id, streamHash(`${id}.viral`)]));
  const accountOf = new Map(accounts.map(({ id }, account) => [id, account]));
  const events = scenario.timeline
    .filter((entry) => entry.kind === 'viral-post')
    .sort((a, b) => a.atSeconds - b.atSeconds)
    .map((entry) => ({ entry }));

  const reference = (entry: AttentionEntry): PostReference =>
    entry.kind === 'viral-post'
      ? { before: posts.of.get(accountOf.get(authorOf(entry))!)! }
      : { event: entry.id };

  return ({ client, flow, atNs, key, sequence, event }) => {
    const key0 = rootKey0(key, sequence);
    const key1 = rootKey1(key, sequence);
    const draw = (stream: number, index: number): number => drawUint32(key0, key1, stream, index);
    const below = (n: number, stream: number, index: number): number =>
      Math.floor((draw(stream, index) / 4294967296) * n);

    const followers =
      event?.kind === 'whale-post' && flow === 'feed-read'
        ? accounts[accountOf.get(authorOf(event))!]!.followers
        : null;
    const user =
      followers !== null && followers.length > 0
        ? followers[below(followers.length, USER, 0)]!
        : below(active, USER, 0);

    /** A post of an account that the user follows, where one of those drawn has one; else any. */
    const anyPost = (): PostReference => {
      const followed = followees[user]!;
      for (let i = 1; i <= OBJECT_DRAWS && followed.length > 0; i++) {
        const post = posts.of.get(followed[below(followed.length, OBJECT, i)]!);
        if (post !== undefined) return { before: post };
      }
      return { before: below(posts.authors.length, OBJECT, 0) };
    };

    const base = { atNs, client, user: userId(user) };
    switch (flow) {
      case 'feed-read': {
        const { imagesPerFeedRead, clientCacheHitRatio } = reader.get(client)!;
        const views: ImageView[] = [];
        for (let position = 0; position < imagesPerFeedRead; position++) {
          if (uniform(draw(CLIENT_CACHE, position)) < clientCacheHitRatio) continue;
          const accept = uniform(draw(FORMAT, 0)) < WEBP_SHARE ? 'image/webp' : 'image/jpeg';
          views.push({ position, sizePx: FEED_IMAGE_PX, accept });
        }
        return { ...base, flow, views };
      }
      case 'post-detail': {
        const begun = events.filter(({ entry }) => entry.atSeconds * 1e9 <= atNs);
        const chosen = viralChoice(begun, draw(viral.get(client)!, 0), atNs);
        return { ...base, flow, post: chosen === null ? anyPost() : reference(chosen.entry) };
      }
      case 'like':
      case 'comment':
        return { ...base, flow, post: event === null ? anyPost() : reference(event) };
      case 'photo-upload':
        return {
          ...base,
          flow,
          user: event === null ? base.user : authorOf(event),
          sizeBytes: writer.get(client)!.mediaBytes,
          picture: draw(PICTURE, 0),
          event: event?.id ?? null,
        };
    }
  };
}
