import type { ConfigOf } from '../../scenarios/index.ts';
import { pow, streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Component } from './component.ts';
import { consumeTopic, pauseBeforeAgain } from './message-work.ts';
import { follower, isKeyed } from './feed-keys.ts';
import { visibleSince } from './pull-only.ts';
import { callOne, oneOf, targetsThatOffer } from './request-routing.ts';
import { shardPipelines } from './shard-pipelines.ts';

/** Register of the pushes still to be made; at first the author's followers. Each round takes one off. */
const REMAINING = 1;
/** Register that says whether a page of followers is to be read before the next push (0 or 1). */
const PAGE_DUE = 0;
/** The same register while a round pushes: how many pushes it makes. */
const BATCH = 0;
/** Register of the worker that has the message in hand. */
const WORKER = 2;

const secondsPerHour = 3600;

/** Reads an author's followers page by page and pushes the post into the feed of each, unless the author is a whale. */
export const fanoutWorker: Component<ConfigOf<'FanoutWorker'>> = {
  kind: 'FanoutWorker',
  build(node) {
    const { config } = node;
    const { whaleThreshold, pageSize, pipelineDepth } = config;
    const maximumPushes = config.maximumPushes ?? Infinity;
    const growth = config.followerGrowthPerHour;
    const fanoutLag = node.flow('fanout-lag');

    const staleFlags = growth === 0 ? null : node.counter('staleFlagsPerSecond', 'perSecond');
    const flagStream = streamHash(`${node.id}.flag-age`);
    /** Followers as the cached flag knows them: those of some time within its TTL ago. */
    const followersOfFlag = (run: NativeContext, frame: number, followers: number): number => {
      const ageSeconds = (run.draw(frame, flagStream, 0) / 2 ** 32) * config.flagCacheSeconds;
      return followers / pow(1 + growth, ageSeconds / secondsPerHour);
    };
    const skipWhales = node.native('skip-whales', (run) => (frame) => {
      const followers = run.register(frame, REMAINING);
      const pushes = Math.min(followers, maximumPushes);
      if (whaleThreshold === null) return pushes;
      if (staleFlags === null) return followers >= whaleThreshold ? 0 : pushes;
      const flagged = followersOfFlag(run, frame, followers) >= whaleThreshold;
      if (flagged !== followers >= whaleThreshold) run.count(staleFlags, 1);
      return flagged ? 0 : pushes;
    });
    const planBatch = node.native('plan-batch', (run) => (frame) => {
      const remaining = run.register(frame, REMAINING);
      const inPage = remaining % pageSize;
      return Math.min(pipelineDepth, inPage === 0 ? pageSize : inPage);
    });
    const takeOffBatch = node.native(
      'take-off-batch',
      (run) => (frame) => run.register(frame, REMAINING) - run.register(frame, BATCH) + 1,
    );
    const putBackOne = node.native('put-back-one', (run) => (frame) => run.register(frame, REMAINING) + 1);
    // Pages are counted from the last one, so that what remains says when the next is due.
    const pageIsDue = node.native(
      'page-is-due',
      (run) => (frame) => ((run.register(frame, REMAINING) - 1) % pageSize === 0 ? 1 : 0),
    );
    /** Counts the lag of pushes that are done: until the post was to be seen. */
    const countPushes = (run: NativeContext): ((frame: number, pushes: number) => void) => {
      const visible = visibleSince(node, run);
      return (frame, pushes) => {
        const since = run.startNs(frame);
        const now = run.now();
        const lag = visible(since, now) - since;
        for (let i = 0; i < pushes; i++) run.sample(fanoutLag, now - lag);
      };
    };
    const pushed = node.native('pushed', (run) => {
      const count = countPushes(run);
      return (frame) => {
        count(frame, 1);
        return 0;
      };
    });

    /** Pushes to the follower who is `ahead` of the next; uses the register of the batch. */
    const push = (p: ProcedureBuilder, ahead = 0): void => {
      oneOf(p, targetsThatOffer(node, 'push'), (way, cache) => {
        if (!isKeyed(cache.node, node)) return void way.call(cache.edge, 'push');
        const whom = follower(node, cache, (run, frame) => run.register(frame, REMAINING) - ahead);
        way.native(whom, { into: BATCH, shared: false }).call(cache.edge, 'push', { pass: BATCH });
      });
      p.native(pushed);
    };
    const pushBatch = (p: ProcedureBuilder): void => {
      p.native(planBatch, { into: BATCH, shared: false });
      p.parallel(
        Array.from({ length: pipelineDepth }, (_, i) => {
          const takesPart = node.native(
            `takes-part-${i}`,
            (run) => (frame) => (run.register(frame, BATCH) > i ? 1 : 0),
          );
          return (branch: ProcedureBuilder) =>
            branch
              .native(takesPart, { into: BATCH, shared: false })
              .switch(BATCH, [() => {}, (q) => push(q, i)]);
        }),
      );
      p.native(takeOffBatch, { into: REMAINING, shared: false });
    };
    const pushChunk = (p: ProcedureBuilder): void => {
      const [cache] = targetsThatOffer(node, 'push-batch');
      const chunk = shardPipelines(
        node,
        cache!,
        { remaining: REMAINING, chunk: BATCH, worker: WORKER },
        countPushes,
      );
      chunk(p);
      p.native(takeOffBatch, { into: REMAINING, shared: false });
    };
    const pushSome = (p: ProcedureBuilder): void => {
      if (config.shardPipelines !== 'off' && targetsThatOffer(node, 'push-batch').length > 0) pushChunk(p);
      else if (pipelineDepth === 1) push(p);
      else pushBatch(p);
    };

    return consumeTopic(node, { flow: 'fanout' }, (p) => {
      // Without a cache there are no feeds to push to: the post is taken off the stream, and that is all.
      if (targetsThatOffer(node, 'push').length === 0) return;
      p.native(skipWhales, { into: REMAINING, shared: false }).set(PAGE_DUE, 1);
      p.repeat(REMAINING, (round) =>
        round.attempt(
          (q) => {
            q.switch(PAGE_DUE, [() => {}, (page) => callOne(page, node, 'read')]);
            pushSome(q);
            q.native(pageIsDue, { into: PAGE_DUE, shared: false });
          },
          (q) =>
            q
              .delay(pauseBeforeAgain, 'retry', 'pause')
              .native(putBackOne, { into: REMAINING, shared: false })
              .set(PAGE_DUE, 1)
              .reenter('again'),
        ),
      );
    });
  },
};
