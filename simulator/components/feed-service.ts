import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { chooseNumber } from '../engine/number-choice.ts';
import type { Component, Neighbour } from './component.ts';
import { feedReader, isKeyed, type FeedReader } from './feed-keys.ts';
import { deploymentTransitions } from './instance-pool.ts';
import { queueLimitOf } from './load-balancer.ts';
import { threadsOf } from './load-shedding.ts';
import { pullOnlyMode } from './pull-only.ts';
import { serviceInstances } from './service-instances.ts';
import { callOne, oneOf, targetsThatOffer } from './request-routing.ts';
import { whaleCache, whaleEntries } from './whale-cache.ts';
import { countAccounts, viralReads, whaleAccounts } from './whale-accounts.ts';

/** Register of the accounts with a live post that the reader follows, as bits. */
const FOLLOWED = 1;
/** The same register of a post detail: number of the viral post that it is of, or 0. */
const POST = 1;
/** Register of what is still to be pulled. */
const PULLS = 2;
/** The same register, while a cache is called: who reads, and what was found. */
const USER = 2;

/** Builds feeds on the threads of its instances: cache, whale pulls, merge, rank, counts. */
export const feedService: Component<ConfigOf<'FeedService'>> = {
  kind: 'FeedService',
  build(node) {
    const { config } = node;
    const { instances, threads, cores } = serviceInstances(node, queueLimitOf(node), (run, instance) =>
      whaleEntries(run, node.id, 'instances').clear(instance),
    );
    const hold = threadsOf(node, threads, config.shedding);
    const here = { by: 'register', register: 0 } as const;
    const compute = (p: ProcedureBuilder, demand: Distribution, stream: string): void => {
      p.visit(cores, demand, { at: here, stream });
    };
    const query = (p: ProcedureBuilder): void => callOne(p, node, 'read');

    const windowNs = config.whaleWindowSeconds * 1e9;
    const pullStream = streamHash(`${node.id}.pulls`);
    const cumulative = node.population.whalesPerReader.map((_, k, shares) =>
      shares.slice(0, k + 1).reduce((sum, share) => sum + share, 0),
    );
    /** Draws how many ordinary whales the reader pulls; forgets followed posts that are too old. */
    const planPulls = node.native('plan-pulls', (run) => {
      const whales = whaleAccounts(run);
      return chooseNumber(run, { stream: pullStream, cumulative, unless: FOLLOWED }, (frame) => {
        const mask = run.register(frame, FOLLOWED);
        run.setRegister(frame, FOLLOWED, whales.recent(mask, run.time(frame), windowNs));
      });
    });
    const countFollowed = node.native(
      'count-followed',
      (run) => (frame) => countAccounts(run.register(frame, FOLLOWED)),
    );
    const dropLowest = node.native('drop-lowest', (run) => (frame) => {
      const mask = run.register(frame, FOLLOWED);
      return mask & (mask - 1);
    });

    const cached = whaleCache(node);
    const pullWhale = (p: ProcedureBuilder): void =>
      cached === null ? callOne(p, node, 'read-whale') : cached(p, 'whale');
    const pullFollowed = (p: ProcedureBuilder): void =>
      cached === null ? callOne(p, node, 'read-followed', { pass: FOLLOWED }) : cached(p, 'followed');
    const pullWhales = (p: ProcedureBuilder): void => {
      const sequential = config.whalePulls === 'sequential';
      const ordinary = (q: ProcedureBuilder): void => {
        // Without accounts beyond the threshold in the population nobody has a whale to pull.
        if (targetsThatOffer(node, 'read-whale').length === 0) return;
        if (sequential) q.repeat(PULLS, pullWhale);
        else
          q.switch(
            PULLS,
            cumulative.map((_, k) => (r) => r.parallel(Array.from({ length: k }, () => pullWhale))),
          );
      };
      const followed = (q: ProcedureBuilder): void => {
        q.native(countFollowed, { into: PULLS, shared: false });
        q.repeat(PULLS, (r) => {
          pullFollowed(r);
          r.native(dropLowest, { into: FOLLOWED, shared: false });
        });
      };
      p.native(planPulls, { into: PULLS, shared: false });
      p.switch(FOLLOWED, [
        ordinary,
        (q) => {
          if (sequential) {
            ordinary(q);
            followed(q);
          } else q.parallel([ordinary, followed]);
        },
      ]);
    };

    /** Rebuilds a feed from PostDB: one query that stands for all, the join of a store that has one, or the follow list and the authors on it. */
    const rebuild = (p: ProcedureBuilder): void => {
      if (config.pullQueries === null && targetsThatOffer(node, 'read-feed').length > 0)
        return callOne(p, node, 'read-feed');
      query(p);
      const authors =
        config.pullQueries === null
          ? Math.max(1, Math.round(node.population.followees.mean))
          : config.pullQueries - 1;
      const together = Math.min(config.pullParallelism ?? authors, authors);
      if (authors === 0) return;
      const wave = (width: number) => (q: ProcedureBuilder) =>
        width === 1 ? query(q) : void q.parallel(Array.from({ length: width }, () => query));
      p.set(PULLS, Math.floor(authors / together)).repeat(PULLS, wave(together));
      if (authors % together > 0) wave(authors % together)(p);
    };
    /** What readers do with each cache that tells users apart, by node id. */
    const readers = new Map<string, FeedReader>();
    for (const cache of node.targetsOf('FeedCache'))
      if (isKeyed(cache.node, node)) readers.set(cache.node.id, feedReader(node, cache));
    /** Calls a cache, and tells it whose feed or vector is meant where it wants to know. */
    const callCache = (p: ProcedureBuilder, cache: Neighbour, operation: string): void => {
      const reader = readers.get(cache.node.id);
      if (reader === undefined) p.call(cache.edge, operation);
      else p.native(reader.user, { into: USER, shared: false }).call(cache.edge, operation, { pass: USER });
    };
    const rebuildAndFill = (p: ProcedureBuilder, cache: Neighbour): void => {
      rebuild(p);
      if (!config.fillOnMiss) return;
      const reader = readers.get(cache.node.id);
      // A frame of its own is not the reader's: it gets the user in a register.
      if (reader !== undefined) p.native(reader.user, { into: USER, shared: false });
      p.detach((later) => later.call(cache.edge, 'fill', reader === undefined ? {} : { pass: USER }));
    };
    const pullOnly = pullOnlyMode(node);
    const readFeed = (p: ProcedureBuilder): void => {
      const caches = targetsThatOffer(node, 'feed-hit');
      if (caches.length === 0) return rebuild(p);
      // Before all else: the feed may come from one cache, and the vector from another.
      for (const reader of readers.values()) p.native(reader.choose, { shared: false });
      if (pullOnly === null) return readCache(p, caches);
      p.native(pullOnly.isOn, { into: PULLS, shared: false });
      p.switch(PULLS, [(q) => readCache(q, caches), (q) => rebuild(q.count(pullOnly.reads))]);
    };
    const readCache = (p: ProcedureBuilder, caches: readonly Neighbour[]): void => {
      oneOf(p, caches, (way, cache) => {
        const { hitRatio } = cache.node.config as ConfigOf<'FeedCache'>;
        const lookUp = (
          q: ProcedureBuilder,
          operation: string,
          onError: (r: ProcedureBuilder) => void,
        ): void => {
          if (config.fallbackToPull) q.attempt((r) => callCache(r, cache, operation), onError);
          else callCache(q, cache, operation);
        };
        const onHit = (hit: ProcedureBuilder): void => lookUp(hit, 'feed-hit', rebuild);
        const onMiss = (miss: ProcedureBuilder): void => {
          lookUp(miss, 'feed-miss', () => {});
          rebuildAndFill(miss, cache);
        };
        const reader = readers.get(cache.node.id);
        if (reader === undefined) way.chance(Number(hitRatio), onHit, onMiss, 'hit');
        else {
          way.native(reader.lookUp, { into: USER });
          way.switch(USER, [onMiss, onHit]);
        }
      });
    };

    /** Merge and rank; the look-up of the vector comes first, so that both occupy the core once. */
    const rankWith = (
      p: ProcedureBuilder,
      model: ConfigOf<'FeedService'>['rankingModel'],
      rankingDemand: Distribution,
    ): void => {
      const { mergeDemand } = config;
      const caches = targetsThatOffer(node, 'vector');
      if (model === 'chronological' || caches.length === 0) return compute(p, mergeDemand, 'merge');
      const merge = (q: ProcedureBuilder): void => compute(q, mergeDemand, 'merge');
      const rank = (q: ProcedureBuilder): void => {
        q.chance(
          config.coldStartRatio,
          merge,
          (known) => {
            if (mergeDemand.distribution === 'constant' && rankingDemand.distribution === 'constant')
              return compute(
                known,
                { distribution: 'constant', ms: mergeDemand.ms + rankingDemand.ms },
                'merge',
              );
            merge(known);
            compute(known, rankingDemand, 'rank');
          },
          'cold-start',
        );
      };
      oneOf(p, caches, (way, cache) => {
        const reader = readers.get(cache.node.id);
        if (reader === undefined) {
          way.attempt(
            (q) => callCache(q, cache, 'vector'),
            () => {},
          );
          if (readers.size > 0) rank(way);
          return;
        }
        way.attempt(
          (q) => {
            callCache(q, cache, 'vector');
            q.native(reader.hasVector, { into: USER });
          },
          (q) => q.set(USER, 0),
        );
        way.switch(USER, [merge, rank]);
      });
      if (readers.size === 0) rank(p);
    };

    /** Each reader's feed by one of two models, while a new one is tried out. */
    const mergeAndRank = (p: ProcedureBuilder): void => {
      const { rankingModel, rankingDemand, rankingSplit, candidateModel, candidateDemand } = config;
      if (rankingSplit === 0) return rankWith(p, rankingModel, rankingDemand);
      const candidates = node.counter('candidateRankingsPerSecond', 'perSecond');
      p.chance(
        1 - rankingSplit,
        (q) => rankWith(q, rankingModel, rankingDemand),
        (q) => rankWith(q.count(candidates), candidateModel, candidateDemand),
        'split',
      );
    };

    const readCounts = (p: ProcedureBuilder): void => {
      const queries = config.countQueries + config.authorQueries;
      if (queries === 1) query(p);
      else if (queries > 1) p.parallel(Array.from({ length: queries }, () => query));
    };

    /** A post, then its counters. */
    const readPost = (p: ProcedureBuilder): void => {
      const twice = (read: (q: ProcedureBuilder) => void) => (q: ProcedureBuilder) => {
        read(q);
        read(q);
      };
      const ordinary = twice(query);
      if (!viralReads(node)) return ordinary(p);
      p.switch(POST, [ordinary, twice((q) => callOne(q, node, 'read-post', { pass: POST }))]);
    };

    return {
      instances,
      operations: {
        'feed-read': (p) =>
          hold(p, 'feed-read', (q) => {
            compute(q, config.requestDemand, 'request');
            readFeed(q);
            pullWhales(q);
            mergeAndRank(q);
            readCounts(q);
          }),
        'post-detail': (p) =>
          hold(p, 'post-detail', (q) => {
            compute(q, config.requestDemand, 'request');
            readPost(q);
          }),
        health: (p) => hold(p, 'health', (q) => compute(q, config.requestDemand, 'request')),
      },
    };
  },
  transitions: deploymentTransitions,
};
