import type { ConfigOf, TimelineEntry } from '../../scenarios/index.ts';
import { extraFeedReads, streamHash, viralChoice } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { chooseBits } from '../engine/bits-choice.ts';
import type { Component, EventEffect } from './component.ts';
import { callOne, oneOf } from './request-routing.ts';
import { viralReads, whaleAccounts, type WhalePostEntry } from './whale-accounts.ts';

/** Register that holds the accounts with a live post that the reader follows, as bits. */
const FOLLOWED = 1;
/** The same register of a post detail: number of the viral post that it is of, or 0. */
const POST = 1;

/** Users who open feeds and posts; a feed that arrived is followed by its images. */
export const readClient: Component<ConfigOf<'ReadClient'>> = {
  kind: 'ReadClient',
  build(node) {
    const { feedRead, postDetail, imagesPerFeedRead, clientCacheHitRatio } = node.config;
    const { users } = node.population;
    const { finished } = node;
    const feedRoot = `${node.id}/feed-read`;
    const detailRoot = `${node.id}/post-detail`;
    const imageRoot = `${node.id}/image-view`;
    const imageTargets = node.targets.filter(
      ({ node: { kind } }) => kind === 'CDN' || kind === 'ObjectStorage',
    );

    const stream = streamHash(`${node.id}.followed`);
    /** Adds the accounts with a post that the reader follows, each by the share of its followers. */
    const followed = node.native('followed', (run) =>
      chooseBits(run, { stream, register: FOLLOWED, of: users, among: whaleAccounts(run).audiences }),
    );
    const viralStream = streamHash(`${node.id}.viral`);
    /** Number of the viral post that is opened, or 0: an ordinary one. */
    const chooseViral = node.native('choose-viral', (run) => {
      const { posts } = whaleAccounts(run);
      return (frame) => viralChoice(posts, run.draw(frame, viralStream, 0), run.time(frame))?.number ?? 0;
    });
    const view = (p: ProcedureBuilder, register?: number): void => {
      p.chance(
        1 - clientCacheHitRatio,
        (fetched) => fetched.spawn(imageRoot, register === undefined ? {} : { pass: register }),
        () => {},
        'client-cache',
      );
    };

    if (feedRead !== null) {
      if (imageTargets.length > 0)
        node.root(imageRoot, {
          flow: 'image-view',
          steps: (p) =>
            oneOf(p, imageTargets, (way, { edge, node: { kind } }) =>
              way.call(edge, kind === 'CDN' ? 'image' : 'get', kind === 'CDN' ? { pass: FOLLOWED } : {}),
            ),
        });
      node.root(feedRoot, {
        flow: 'feed-read',
        ...(feedRead.process === 'closed' ? { think: feedRead.thinkTime } : {}),
        finished,
        steps: (p) => {
          p.native(followed, { into: FOLLOWED });
          callOne(p, node, 'feed-read', { pass: FOLLOWED });
        },
        after: (p) => {
          if (imageTargets.length === 0) return;
          // The post of a whale is one of the images; the others are ordinary.
          for (let i = 0; i < imagesPerFeedRead; i++) view(p, i === 0 ? FOLLOWED : undefined);
        },
      });
      node.source({ flow: 'feed-read', root: feedRoot, arrivals: feedRead });
    }
    if (postDetail !== null) {
      node.root(detailRoot, {
        flow: 'post-detail',
        ...(postDetail.process === 'closed' ? { think: postDetail.thinkTime } : {}),
        finished,
        steps: (p) => {
          if (!viralReads(node)) return callOne(p, node, 'post-detail');
          p.native(chooseViral, { into: POST, shared: false });
          callOne(p, node, 'post-detail', { pass: POST });
        },
      });
      node.source({ flow: 'post-detail', root: detailRoot, arrivals: postDetail });
    }

    /** Followers who come back for the post, besides the reads they would have made anyway. */
    const extraReads = (entry: WhalePostEntry): EventEffect => ({
      effect: 'call',
      begin: (run) => {
        if (extraFeedReads(entry, feedRead, users, 0) === null) return;
        const post = whaleAccounts(run).post(entry);
        post.onAcknowledged.push((since) =>
          run.addSource({
            name: `${feedRoot}/${entry.id}`,
            root: feedRoot,
            register: 1 << post.account,
            ...extraFeedReads(entry, feedRead, users, since)!,
          }),
        );
      },
      end: () => {},
    });

    return {
      operations: {},
      onEvent: (entry: TimelineEntry) => {
        if (entry.kind === 'whale-post') return extraReads(entry);
        if (entry.kind === 'traffic-spike' && entry.target === node.id)
          return { effect: 'scale-arrivals', flows: entry.flows, multiplier: entry.multiplier };
        return null;
      },
    };
  },
};
