import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash, whaleTail } from '../../scenarios/sampling/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import { chooseKey, KEY_REGISTER, PLACE_REGISTER } from '../engine/key-choice.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Behaviour, NodeContext } from './component.ts';
import { lowestAccount, whaleAccounts } from './whale-accounts.ts';
import { whaleTailOf } from './whale-cache.ts';

/** Register that holds the key, once it is known; before, what the caller passed. */
export const KEY = KEY_REGISTER;
/** Register that says whether a whale has a key of its own. */
export const TRACKED = 0;
/** Register that holds where in the store the key lies. */
export const PLACE = PLACE_REGISTER;

/** Operations of PostDB that write. */
export const storeWrites = [
  'write-quorum',
  'write-one',
  'count-quorum',
  'count-one',
  'count-followed-quorum',
  'count-followed-one',
] as const;

/** Whales have this many followers where the design has no FanoutWorker that says otherwise. */
const defaultWhaleThreshold = 10_000;

/** Keys (authors) of PostDB that are told apart, whatever the engine behind them. */
export interface PostKeys {
  readonly limiter: number;
  /**
   * Draws the whale of a pull: 1, and its key and place in KEY and PLACE; 0 when it has no key of its own. Null: nobody
   * has a whale to pull. Touches nothing shared, and still waits for its time, as what comes behind it would:
   * so the kernel can have the column and the key come into the cache before.
   */
  readonly drawWhale: NativeRef | null;
  /** Place of the whale whose number the caller passed in KEY. */
  readonly placeWhale: NativeRef;
  /** Key of the first account among those followed (KEY), and its place. */
  readonly followedKey: NativeRef;
  /** Key of the author of a post by an event (KEY), and its place. */
  readonly postKey: NativeRef;
  /** Gives accounts that post by an event their key. */
  readonly onEvent: NonNullable<Behaviour['onEvent']>;
}

/** How a store spreads keys. */
export interface Placement {
  /** Places in all; a key without a counter of its own lies in one of them, drawn uniformly. */
  readonly places: number;
  placeOf(key: number): number;
}

/**
 * Tells keys apart where it matters: whales that readers pull, and accounts that post by an event.
 * All other keys are cold, and stand behind uniformly drawn places.
 */
export function postKeys(
  node: NodeContext<ConfigOf<'PostDB'>>,
  { places, placeOf }: Placement,
  limits: {
    readonly readsPerSecond: number;
    readonly writesPerSecond: number;
    readonly queueSeconds: number;
  },
): PostKeys {
  const threshold = whaleThreshold(node);
  const meanPulls = node.population.whalesPerReader.reduce((sum, share, k) => sum + share * k, 0);
  const whales = threshold === null ? null : whaleTail(node.population, threshold, meanPulls);
  const tracked = whales?.followers.length ?? 0;
  const limiter = node.limiter('keys', {
    names: Array.from({ length: tracked }, (_, i) => `whale-${i + 1}`),
    ...limits,
  });

  const pullStream = streamHash(`${node.id}.whale`);
  const drawWhale =
    whales === null
      ? null
      : node.native('draw-whale', (run) => {
          whaleTailOf(run, node.id, whales);
          const placed = Int32Array.from({ length: tracked }, (_, key) => placeOf(key));
          // The keys of a run are those of its first design, whatever the timeline makes of the threshold.
          const keys = Math.min(
            tracked,
            run.state(`${node.id}/whales`, () => tracked),
          );
          return chooseKey(run, { table: whales.table, stream: pullStream, keys, placed, places, limiter });
        });

  /** Keys of accounts that posted by an event, by account. */
  const eventKeys = (run: NativeContext): Map<number, number> =>
    run.state(`${node.id}/event-keys`, () => new Map<number, number>());
  const useKeyOf = (name: string, account: (run: NativeContext, passed: number) => number) =>
    node.native(name, (run) => {
      const keys = eventKeys(run);
      return (frame) => {
        const key = keys.get(account(run, run.register(frame, KEY)))!;
        run.setRegister(frame, PLACE, placeOf(key));
        return key;
      };
    });

  return {
    limiter,
    drawWhale,
    placeWhale: node.native('place-whale', (run) => (frame) => {
      run.setRegister(frame, PLACE, placeOf(run.register(frame, KEY)));
      return 0;
    }),
    followedKey: useKeyOf('followed-key', (_run, mask) => lowestAccount(mask)),
    postKey: useKeyOf('post-key', (run, post) => whaleAccounts(run).posts[post - 1]!.account),
    onEvent: (entry) =>
      entry.kind !== 'whale-post' && entry.kind !== 'viral-post'
        ? null
        : {
            effect: 'call',
            begin: (run) => {
              const { account } = whaleAccounts(run).post(entry);
              const keys = eventKeys(run);
              if (!keys.has(account))
                keys.set(account, run.addKey(limiter, whaleAccounts(run).accounts[account]!.name));
            },
            end: () => {},
          },
  };
}

/** Followers from which accounts are whales, by the FanoutWorker of the design; null: none are. */
function whaleThreshold(node: NodeContext): number | null {
  const fanout = node.sources.find((source) => source.node.kind === 'FanoutWorker');
  return fanout === undefined
    ? defaultWhaleThreshold
    : (fanout.node.config as ConfigOf<'FanoutWorker'>).whaleThreshold;
}
