import type { History } from '../load/index.ts';
import { gather } from './facts.ts';
import { judgeFeeds } from './feeds.ts';
import { judgeInteractions } from './interactions.ts';
import { judgeMedia } from './media.ts';
import type { Limits, Observed } from './observed.ts';
import { judgePosts } from './posts.ts';
import { judgeQuiet } from './quiet.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/**
 * Judges each promise of the stack (`promiseTexts`) by what clients were told and what is there. Pure.
 * Takes time in proportion to the operations and to the posts that each reader follows.
 */
export function promises(history: History, observed: Observed, limits: Limits): Verdict {
  const facts = gather(history, observed, limits);
  return verdictOf([
    ...judgePosts(facts),
    ...judgeFeeds(facts),
    ...judgeInteractions(facts),
    ...judgeMedia(facts),
    ...judgeQuiet(facts),
  ]);
}
