import type { ConfigOf } from '../../scenarios/index.ts';
import { followerLaw, streamHash } from '../../scenarios/sampling/index.ts';
import type { NativeRef } from '../compile/procedure.ts';
import type { Neighbour, NodeContext } from './component.ts';
import { whaleAccounts } from './whale-accounts.ts';

/** Register of the number of the `whale-post` that is published, then of its author's followers. */
export const POST = 1;
/** Largest number that a register holds. */
const MAXIMUM_REGISTER = 2 ** 31 - 1;

/** What a publisher puts into the event of a post. */
export interface PostEvent {
  /** Followers of the author, for register POST. */
  readonly followers: NativeRef;
  /** With the followers in POST: counts the lag of a post that is pulled. It is there for the next read, so nothing. */
  readonly countPulled: NativeRef;
}

/** `stream` keys the draws; `consumers` are its fan-out workers. */
export function postEvent(node: NodeContext, stream: string, consumers: readonly Neighbour[]): PostEvent {
  const law = followerLaw(node.population.followers);
  const followerStream = streamHash(`${stream}.followers`);
  const followers = node.native('followers', (run) => {
    const whales = whaleAccounts(run);
    return (frame) => {
      const post = run.register(frame, POST);
      const count =
        post > 0
          ? whales.posts[post - 1]!.followers
          : law.quantile((run.draw(frame, followerStream, 0) + 0.5) / 2 ** 32);
      return Math.min(MAXIMUM_REGISTER, Math.round(count));
    };
  });
  const fanoutLag = node.flow('fanout-lag');
  const thresholds = consumers.map(
    (worker) => (worker.node.config as ConfigOf<'FanoutWorker'>).whaleThreshold ?? Infinity,
  );
  const countPulled = node.native('pulled', (run) => (frame) => {
    const count = run.register(frame, POST);
    for (const threshold of thresholds) if (count >= threshold) run.sample(fanoutLag, run.time(frame));
    return 0;
  });
  return { followers, countPulled };
}
