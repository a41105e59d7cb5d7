import { InvalidArgumentError } from 'commander';
import { parseTraceChoice, type TraceChoice } from '../simulator/index.ts';

/** A request that is to be shown. */
export interface Wish {
  readonly flow: string;
  readonly choice: TraceChoice;
}

/** Reads `FLOW[:CHOICE]`, the choice `p99` unless given, and adds it to those before. */
export function collectWish(text: string, wishes: readonly Wish[]): readonly Wish[] {
  const [flow = '', name = 'p99', ...more] = text.split(':');
  const choice = more.length > 0 ? null : parseTraceChoice(name);
  if (choice === null)
    throw new InvalidArgumentError(
      'It must be a flow, and behind a colon a percentile below p100, max, timeout, rejected, unavailable, notFound or rateLimited: feed-read:p99.9.',
    );
  return [...wishes, { flow, choice }];
}
