import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import { FAILURE } from '../engine/program.ts';
import { activeFault } from '../faults/active-fault.ts';
import type { Tier } from '../stations/image-caches.ts';
import { Zipf } from '../stations/zipf.ts';
import { bornSeconds, coldSince, popularImages, type TierSteps } from './cdn-popular-images.ts';
import { ratioHits } from './cdn-ratio-hits.ts';
import { keptImages, whaleImages } from './cdn-whale-images.ts';
import type { Component, NodeContext } from './component.ts';
import { processedImages } from './processed-images.ts';
import { callOne } from './request-routing.ts';
import { lowestAccount, whaleAccounts } from './whale-accounts.ts';

/** Register of the accounts whose image the view is of, as bits; 0: an ordinary image. */
const ACCOUNTS = 1;
/** Register that says whether an image is there to be shown: 0, it is. */
const MISSING = 2;
/** The same register before, of the version of the configuration that the view's edge knows. */
const VERSION = 2;
/** Long after any run. */
const FOR_EVER_SECONDS = 1e6;

/**
 * Edge locations in front of regional caches in front of the origin. Ordinary images hit by the ratios,
 * or by their popularity; the image of an account that posted by an event is kept by key.
 */
export const cdn: Component<ConfigOf<'CDN'>> = {
  kind: 'CDN',
  /** From a purge on the caches know what they hold. */
  transitions: (entry, node) =>
    entry.kind === 'cdn-purge' && entry.target === node.id ? [0, FOR_EVER_SECONDS] : [],
  build(node) {
    const { config, configs } = node;
    const versions = config.propagationSeconds > 0 ? configs : configs.slice(-1);
    const views = versions.map((version) => viewsOf({ ...node, config: version.config }));
    const edgeStream = streamHash(`${node.id}.edge`);
    const known = node.native('known-version', (run) => (frame) => {
      const edge = Math.floor((run.draw(frame, edgeStream, 0) / 2 ** 32) * config.edges);
      // The edges follow a change evenly over the time that it takes to reach all of them.
      const place = (edge + 0.5) / config.edges;
      const knownSeconds = run.time(frame) / 1e9 - place * config.propagationSeconds;
      return Math.max(
        0,
        versions.findLastIndex(({ fromSeconds }) => fromSeconds <= knownSeconds),
      );
    });
    return {
      operations: {
        image: (p) => {
          if (views.length === 1) views[0]!(p);
          else p.native(known, { into: VERSION, shared: false }).switch(VERSION, views);
        },
      },
      onEvent: (entry) =>
        entry.kind === 'cdn-purge' && entry.target === node.id
          ? { effect: 'call', begin: (run) => purge(run, node.id, entry.tier), end: () => {} }
          : null,
    };
  },
};

/** A view by one version of the configuration. */
function viewsOf(node: NodeContext<ConfigOf<'CDN'>>): (p: ProcedureBuilder) => void {
  const { config, hits, misses, finished } = node;
  const edgeHits = node.counter('edgeHitsPerSecond', 'perSecond');
  const regionalHits = node.counter('regionalHitsPerSecond', 'perSecond');
  const originFetches = node.counter('originFetchesPerSecond', 'perSecond');
  const steps: TierSteps = {
    edgeHit: (p) => p.count(hits).count(edgeHits).count(finished),
    regionalHit: (p) => p.count(hits).count(regionalHits).count(finished),
    toRegional: (p) => p.delay(config.regionalDelay, 'network', 'regional'),
    fromOrigin: (p) => {
      p.count(misses).count(originFetches);
      p.ensure(
        (fetch) => callOne(fetch, node, 'get'),
        (ended) => ended.count(finished),
      );
    },
  };
  const knowsContents = config.hits === 'popularity' || activeFault(node, 'cdn-purge') !== null;
  const ordinary = knowsContents ? popularImages(node, steps) : ratioHits(node, steps);
  const kept = whaleImages(node, steps);
  const view = config.unprocessed === 'show' ? null : processedView(node);
  return (p) => {
    p.delay(config.edgeDelay, 'service', 'edge');
    p.delay(config.signatureDelay, 'service', 'signature');
    const answer = (q: ProcedureBuilder): void => {
      q.switch(ACCOUNTS, [ordinary, kept]);
    };
    if (view === null) answer(p);
    else view(p, answer);
  };
}

/** Empties the caches of a tier, or of all. */
function purge(run: NativeContext, id: string, which: Tier | 'all'): void {
  for (const tier of ['edge', 'regional'] as const) {
    if (which !== 'all' && which !== tier) continue;
    coldSince(run, id)[tier] = run.now() / 1e9;
    keptImages(run, id, tier).clear();
  }
}

/** Answers at the edge what no ImageWorker has processed yet, and goes on with everything else. */
function processedView(node: NodeContext<ConfigOf<'CDN'>>) {
  const { images, zipfExponent, lifetimeSeconds } = node.config.popularity;
  const placeholders = node.counter('unprocessedPerSecond', 'perSecond');
  const stream = streamHash(`${node.id}.image`);
  const isReady = node.native('ready', (run) => {
    const processed = processedImages(run);
    const whales = whaleAccounts(run);
    const zipf = new Zipf(images, zipfExponent);
    return (frame) => {
      const accounts = run.register(frame, ACCOUNTS);
      if (accounts > 0)
        return processed.isPostDone(whales.accounts[lowestAccount(accounts)]!.lastPost)
          ? 0
          : -FAILURE.notFound;
      const rank = zipf.sample((index) => run.draw(frame, stream, index));
      const born = bornSeconds(rank, run.time(frame) / 1e9, lifetimeSeconds ?? Infinity);
      return processed.isDone(born * 1e9) ? 0 : -FAILURE.notFound;
    };
  });
  return (p: ProcedureBuilder, answer: (p: ProcedureBuilder) => void): void => {
    p.set(MISSING, 0).attempt(
      (look) => look.native(isReady),
      (not) => not.count(placeholders).count(node.finished).set(MISSING, 1),
    );
    p.switch(MISSING, [
      answer,
      (missing) => {
        if (node.config.unprocessed === 'not-found') missing.fail('notFound');
      },
    ]);
  };
}
