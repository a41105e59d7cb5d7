import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef, ProcedureBuilder } from '../compile/procedure.ts';
import type { Selector, StationGroup } from '../compile/steps.ts';
import type { NativeContext } from '../engine/native.ts';
import { FAILURE } from '../engine/program.ts';
import type { Tier } from '../stations/image-caches.ts';
import type { TierSteps } from './cdn-popular-images.ts';
import type { NodeContext } from './component.ts';
import { lowestAccount, whaleAccounts } from './whale-accounts.ts';

const REGIONAL = 0;
/** Register of the accounts whose image the view is of, as bits. */
const ACCOUNTS = 1;
const EDGE = 2;

/**
 * Views of the image of a post by an event, which is followed by itself: no cache of any tier has it
 * before its first fetch, and each keeps it from then on.
 */
export function whaleImages(
  node: NodeContext<ConfigOf<'CDN'>>,
  steps: TierSteps,
): (p: ProcedureBuilder) => void {
  const { edges, regionals, coalesce } = node.config;
  const stream = streamHash(`${node.id}.edge`);
  /** Chooses the viewer's edge, and with it the regional cache. */
  const chooseEdge = node.native('choose-edge', (run) => (frame) => {
    const edge = Math.floor((run.draw(frame, stream, 0) / 2 ** 32) * edges);
    run.setRegister(frame, REGIONAL, edge % regionals);
    return edge;
  });
  const tier = (name: Tier, register: number, caches: number): TierParts => {
    const native = (
      purpose: string,
      act: (kept: KeptImages, cache: number, account: number, post: number) => number,
    ) =>
      node.native(`${name}-${purpose}`, (run) => {
        const whales = whaleAccounts(run);
        const kept = keptImages(run, node.id, name);
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
    { at, locks, look, keep }: TierParts,
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
  return (p) => {
    p.native(chooseEdge, { into: EDGE, shared: false });
    from(p, edgeTier, steps.edgeHit, (q) => {
      steps.toRegional(q);
      from(q, regionalTier, steps.regionalHit, steps.fromOrigin);
    });
  };
}

/** The caches of a tier, as far as images of posts by events are concerned. */
interface TierParts {
  readonly at: Selector;
  /** One place a cache: whoever holds it fetches. */
  readonly locks: StationGroup;
  /** Fails as `notFound` when the cache does not have the image. */
  readonly look: NativeRef;
  readonly keep: NativeRef;
}

/** What the caches of a tier keep of such images. */
export const keptImages = (run: NativeContext, id: string, tier: Tier): KeptImages =>
  run.state(`${id}/${tier}`, () => new KeptImages());

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

  clear(): void {
    this.posts.clear();
  }
}
