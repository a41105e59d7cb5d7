import { highestOrdinaryRate, streamHash, uniform } from '../../scenarios/sampling/index.ts';
import type { ConfigOf } from '../../scenarios/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import { ImageCaches, type ColdSince, type ImageRequest, type Tier } from '../stations/image-caches.ts';
import { TieredPopularity, type CharacteristicTimes, type Popularity } from '../stations/image-popularity.ts';
import { Zipf } from '../stations/zipf.ts';
import type { NodeContext } from './component.ts';

/** Registers of a view: what a look-up said, and the fetch that it takes part in, by tier. */
const VERDICT = 1;
const SLOT = { edge: 2, regional: 0 } as const;

/** What a look-up says. */
const HIT = 0;
/** Missed, and nobody else will want it meanwhile. */
const ALONE = 1;
/** Missed; the slot of all who want it is in the tier's register. */
const TOGETHER = 2;

/** Longest that a fetch is expected to last, for the number of slots that fetches need. */
const FETCH_SECONDS = 0.1;
const MAXIMUM_SLOTS = 32_768;

/** How a view is answered by the tiers, by counting hits and by fetching what a tier lacks. */
export interface TierSteps {
  readonly edgeHit: (p: ProcedureBuilder) => void;
  readonly regionalHit: (p: ProcedureBuilder) => void;
  /** What it costs to get from an edge to its regional cache. */
  readonly toRegional: (p: ProcedureBuilder) => void;
  readonly fromOrigin: (p: ProcedureBuilder) => void;
}

/** The tiers that were needed last, by what they follow from: each replication needs them again. */
const known = new Map<string, Tiers>();
const MOST_KNOWN = 16;

function tiersOf(popularity: Popularity, config: ConfigOf<'CDN'>): Tiers {
  const { edgeCapacity, regionalCapacity } = config.popularity;
  const emergent = config.hits === 'popularity';
  const name = JSON.stringify([
    { ...popularity, lifetimeSeconds: String(popularity.lifetimeSeconds) },
    emergent ? { edgeCapacity, regionalCapacity } : [config.edgeHitRatio, config.regionalHitRatio],
  ]);
  let tiers = known.get(name);
  if (tiers === undefined) {
    const model = new TieredPopularity(popularity);
    const times = emergent
      ? model.timesOfCapacities(edgeCapacity, regionalCapacity)
      : model.timesOfRatios(config.edgeHitRatio, config.regionalHitRatio);
    tiers = { model, times };
    known.set(name, tiers);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  }
  return tiers;
}

/**
 * Views of ordinary images of which each cache knows what it holds (stations/image-caches.ts). The sizes
 * of the caches are those of the configuration or, where the hit ratios are given, such that they hit by
 * those ratios in the long run.
 */
export function popularImages(node: NodeContext<ConfigOf<'CDN'>>, steps: TierSteps) {
  const { config, id } = node;
  const { edges, regionals, popularity, webpShare } = config;
  const { images, zipfExponent, followed } = popularity;
  const viewsPerSecond = viewRate(node);
  if (viewsPerSecond === 0)
    node.refuse(
      'Nobody knows how many images are viewed a second, on which it depends what the caches hold.',
      'Let readers with an arrival rate point at it, or set the hit ratios.',
    );
  const emergent = config.hits === 'popularity';
  const lifetimeSeconds = emergent ? (popularity.lifetimeSeconds ?? Infinity) : Infinity;
  const formats = [webpShare, 1 - webpShare];
  const slots = Math.min(MAXIMUM_SLOTS, Math.ceil(viewsPerSecond * FETCH_SECONDS));
  const fetching = node.stations('fetches', { count: slots, servers: 1, counts: 'hidden', held: true });
  const followedRanks = Math.min(followed, images);

  const stream = streamHash(`${id}.image`);
  const edgeStream = streamHash(`${id}.edge`);
  const formatStream = streamHash(`${id}.format`);
  const unknownStream = { edge: streamHash(`${id}.edge-has`), regional: streamHash(`${id}.regional-has`) };

  /** What all functions of one run share. */
  const shared = (run: NativeContext): Shared =>
    run.state(`${id}/popular/${JSON.stringify([config, viewsPerSecond])}`, () => {
      const popular = { images, zipfExponent, lifetimeSeconds, formats, viewsPerSecond, edges, regionals };
      return {
        ...tiersOf(popular, config),
        zipf: new Zipf(images, zipfExponent),
        cold: coldSince(run, id),
        caches: run.state(
          `${id}/caches/${edges}/${regionals}/${followedRanks}`,
          () => new ImageCaches(followedRanks, formats.length, edges, regionals, slots),
        ),
      };
    });
  /** The view's image and caches: a function of its draws, so that it need not be kept. */
  const requestOf = (run: NativeContext, zipf: Zipf, frame: number): ImageRequest => {
    const rank = zipf.sample((index) => run.draw(frame, stream, index));
    const edge = Math.floor((run.draw(frame, edgeStream, 0) / 2 ** 32) * edges);
    const nowSeconds = run.time(frame) / 1e9;
    return {
      rank,
      format: uniform(run.draw(frame, formatStream, 0)) < webpShare ? 0 : 1,
      edge,
      regional: edge % regionals,
      bornSeconds: bornSeconds(rank, nowSeconds, lifetimeSeconds),
      nowSeconds,
    };
  };
  const native = (
    name: string,
    act: (all: Shared, request: ImageRequest, frame: number, run: NativeContext) => number,
  ) =>
    node.native(name, (run) => {
      const all = shared(run);
      return (frame) => act(all, requestOf(run, all.zipf, frame), frame, run);
    });

  const tier = (name: Tier): TierNatives => {
    const has = (
      { caches, model, times, cold }: Shared,
      request: ImageRequest,
      frame: number,
      run: NativeContext,
    ) => caches.has(name, request, model, times, cold, uniform(run.draw(frame, unknownStream[name], 0)));
    return {
      look: native(`${name}-look`, (all, request, frame, run) => {
        if (has(all, request, frame, run)) return HIT;
        if (!config.coalesce || !all.caches.isFollowed(request)) return ALONE;
        const slot = all.caches.join(name, request);
        if (slot < 0) return ALONE;
        run.setRegister(frame, SLOT[name], slot);
        return TOGETHER;
      }),
      lookAgain: native(`${name}-again`, (all, request, frame, run) =>
        has(all, request, frame, run) ? HIT : ALONE,
      ),
      keep: native(`${name}-keep`, ({ caches }, request) => {
        caches.keep(name, request);
        return 0;
      }),
      leave: native(`${name}-leave`, ({ caches }, request) => {
        caches.leave(name, request);
        return 0;
      }),
    };
  };

  const through = (
    p: ProcedureBuilder,
    name: Tier,
    natives: TierNatives,
    hit: (p: ProcedureBuilder) => void,
    fetch: (p: ProcedureBuilder) => void,
  ): void => {
    const fetchAndKeep = (q: ProcedureBuilder): void => {
      fetch(q);
      q.native(natives.keep);
    };
    p.native(natives.look, { into: VERDICT }).switch(VERDICT, [
      hit,
      fetchAndKeep,
      (together) =>
        together.ensure(
          (member) =>
            member.hold(
              fetching,
              { at: { by: 'register', register: SLOT[name] }, category: 'queue' },
              (first) =>
                first.native(natives.lookAgain, { into: VERDICT }).switch(VERDICT, [hit, fetchAndKeep]),
            ),
          (left) => left.native(natives.leave),
        ),
    ]);
  };
  const edgeTier = tier('edge');
  const regionalTier = tier('regional');

  return (p: ProcedureBuilder): void =>
    through(p, 'edge', edgeTier, steps.edgeHit, (q) => {
      steps.toRegional(q);
      through(q, 'regional', regionalTier, steps.regionalHit, steps.fromOrigin);
    });
}

interface Tiers {
  readonly model: TieredPopularity;
  readonly times: CharacteristicTimes;
}

interface Shared extends Tiers {
  readonly zipf: Zipf;
  readonly cold: ColdSince;
  readonly caches: ImageCaches;
}

interface TierNatives {
  /** Looks, and joins those who fetch the same. */
  readonly look: NativeRef;
  readonly lookAgain: NativeRef;
  readonly keep: NativeRef;
  readonly leave: NativeRef;
}

/** When the image that a rank has now was posted, s: each rank has a phase of its own. */
export function bornSeconds(rank: number, nowSeconds: number, lifetimeSeconds: number): number {
  if (lifetimeSeconds === Infinity) return -Infinity;
  const phase = (rank * GOLDEN_RATIO) % 1;
  return (Math.floor(nowSeconds / lifetimeSeconds + phase) - phase) * lifetimeSeconds;
}

/** Multiples of it are spread evenly, modulo 1. */
const GOLDEN_RATIO = 0.618033988749895;

/** Since when each tier of a CDN has been filling, s: requests in flight at a purge must know of it too. */
export const coldSince = (run: NativeContext, id: string): Record<Tier, number> =>
  run.state(`${id}/cold-since`, () => ({ edge: -Infinity, regional: -Infinity }));

/** Image views a second by those who point at the node, at the highest of their profile. */
function viewRate(node: NodeContext): number {
  return node.sources.reduce((sum, source) => {
    if (source.node.kind !== 'ReadClient') return sum;
    const { feedRead, imagesPerFeedRead, clientCacheHitRatio } = source.node.config as ConfigOf<'ReadClient'>;
    return feedRead === null
      ? sum
      : sum + highestOrdinaryRate(feedRead) * imagesPerFeedRead * (1 - clientCacheHitRatio);
  }, 0);
}
