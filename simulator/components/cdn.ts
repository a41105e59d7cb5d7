import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { Selector, StationGroup } from '../compile/steps.ts';
import { FAILURE } from '../engine/program.ts';
import type { Component } from './component.ts';
import { callOne } from './request-routing.ts';
import { lowestAccount, whaleAccounts } from './whale-accounts.ts';

const REGIONAL = 0;
/** Register of the accounts whose image the view is of, as bits; 0: an ordinary image. */
const ACCOUNTS = 1;
const EDGE = 2;

/**
 * Edge locations in front of regional caches in front of the origin. Ordinary images hit by the
 * ratios; the image of an account that posted by an event is kept by key: each cache has it from its
 * first fetch on.
 */
export const cdn: Component<ConfigOf<'CDN'>> = {
  kind: 'CDN',
  build(node) {
    const { config } = node;
    const { edges, regionals, edgeDelay, regionalDelay, coalesce } = config;
    const { hits, misses, finished } = node;
    const edgeHits = node.counter('edgeHitsPerSecond', 'perSecond');
    const regionalHits = node.counter('regionalHitsPerSecond', 'perSecond');
    const originFetches = node.counter('originFetchesPerSecond', 'perSecond');

    const fetchFromOrigin = (p: ProcedureBuilder): void => {
      p.count(misses).count(originFetches);
      callOne(p, node, 'get');
    };
    const ordinary = (p: ProcedureBuilder): void => {
      p.chance(
        config.edgeHitRatio,
        (hit) => hit.count(hits).count(edgeHits),
        (miss) => {
          miss.delay(regionalDelay, 'network', 'regional');
          miss.chance(
            config.regionalHitRatio,
            (hit) => hit.count(hits).count(regionalHits),
            fetchFromOrigin,
            'regional-hit',
          );
        },
        'edge-hit',
      );
    };

    const stream = streamHash(`${node.id}.edge`);
    /** Chooses the viewer's edge, and with it the regional cache. */
    const chooseEdge = node.native('choose-edge', (run) => (frame) => {
      const edge = Math.floor((run.draw(frame, stream, 0) / 2 ** 32) * edges);
      run.setRegister(frame, REGIONAL, edge % regionals);
      return edge;
    });
    const tier = (name: string, register: number, caches: number): Tier => {
      const native = (
        purpose: string,
        act: (kept: KeptImages, cache: number, account: number, post: number) => number,
      ) =>
        node.native(`${name}-${purpose}`, (run) => {
          const whales = whaleAccounts(run);
          const kept = run.state(`${node.id}/${name}`, () => new KeptImages());
          return (frame) => {
            const account = lowestAccount(run.register(frame, ACCOUNTS));
            return act(kept, run.register(frame, register), account, whales.accounts[account]!.lastPost);
          };
        });
      return {
        at: { by: 'register', register },
        locks: node.stations(`${name}-fetch`, { count: caches, servers: 1, counts: 'hidden', held: true }),
        look: native('look', (kept, cache, account, post) =>
          kept.has(cache, account, post) ? 0 : -FAILURE.notFound,
        ),
        keep: native('keep', (kept, cache, account, post) => {
          kept.keep(cache, account, post);
          return 0;
        }),
      };
    };
    const edgeTier = tier('edge', EDGE, edges);
    const regionalTier = tier('regional', REGIONAL, regionals);

    /** Looks in a tier; what is not there is fetched, by one view at a time where views coalesce. */
    const from = (
      p: ProcedureBuilder,
      { at, locks, look, keep }: Tier,
      hit: (p: ProcedureBuilder) => void,
      fetch: (p: ProcedureBuilder) => void,
    ): void => {
      const lookOr = (q: ProcedureBuilder, miss: (r: ProcedureBuilder) => void): void => {
        q.attempt((r) => hit(r.native(look)), miss);
      };
      const fetchAndKeep = (q: ProcedureBuilder): void => {
        fetch(q);
        q.native(keep);
      };
      lookOr(p, (miss) => {
        if (coalesce) miss.hold(locks, { at, category: 'queue' }, (alone) => lookOr(alone, fetchAndKeep));
        else fetchAndKeep(miss);
      });
    };
    const keyed = (p: ProcedureBuilder): void => {
      p.native(chooseEdge, { into: EDGE, shared: false });
      const fetchFromRegional = (q: ProcedureBuilder): void => {
        q.delay(regionalDelay, 'network', 'regional');
        from(q, regionalTier, (hit) => hit.count(hits).count(regionalHits), fetchFromOrigin);
      };
      from(p, edgeTier, (hit) => hit.count(hits).count(edgeHits), fetchFromRegional);
    };

    return {
      operations: {
        image: (p) =>
          p.count(finished).delay(edgeDelay, 'service', 'edge').switch(ACCOUNTS, [ordinary, keyed]),
      },
    };
  },
};

/** The caches of a tier, as far as images of posts by events are concerned. */
interface Tier {
  readonly at: Selector;
  /** One place a cache: whoever holds it fetches. */
  readonly locks: StationGroup;
  /** Fails as `notFound` when the cache does not have the image. */
  readonly look: NativeRef;
  readonly keep: NativeRef;
}

/** Which cache has the image of which account's last post. */
class KeptImages {
  /** Post by cache and account. */
  private readonly posts = new Map<number, number>();

  has(cache: number, account: number, post: number): boolean {
    return this.posts.get(cache * 32 + account) === post;
  }

  keep(cache: number, account: number, post: number): void {
    this.posts.set(cache * 32 + account, post);
  }
}
