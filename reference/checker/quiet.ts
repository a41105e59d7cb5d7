import type { Facts } from './facts.ts';
import { Evidence, type PromiseVerdict } from './verdict.ts';

/** Slots of a Redis Cluster. Source: Redis Cluster specification. */
const slots = 16_384;

/** Whether the stack is at rest again. */
export function judgeQuiet({ observed }: Facts): PromiseVerdict[] {
  const lag = new Evidence('lag-zero');
  for (const [group, messages] of observed.lag)
    lag.check(group, messages === 0 ? null : `has ${String(messages)} messages left`);
  const outbox = new Evidence('outbox-drained');
  outbox.check(
    'outbox',
    observed.outbox.length === 0
      ? null
      : `has ${String(observed.outbox.length)} rows left, first of post ${observed.outbox[0]!}`,
  );
  const served = new Evidence('slots-served');
  served.check(
    'cache',
    observed.slotsServed === slots
      ? null
      : `serves ${String(observed.slotsServed)} slots of ${String(slots)}`,
  );
  return [lag.verdict(), outbox.verdict(), served.verdict()];
}
