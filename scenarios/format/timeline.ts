import { z } from '../zod.ts';
import { field } from '../kinds/field.ts';
import { atSeconds, duration, eventId, optionalDuration, target } from './event-members.ts';
import {
  cdnPurge,
  deploy,
  diskFull,
  kafkaOutage,
  networkPartition,
  redisNodeLoss,
  slowNode,
  viralPost,
  zoneLoss,
} from './faults.ts';
import { count, id, positiveSeconds } from './quantities.ts';
import { firstFault } from './rule.ts';

const whalePost = z
  .strictObject({
    id: eventId,
    atSeconds,
    durationSeconds: optionalDuration('Null: three half-lives.'),
    kind: z
      .literal('whale-post')
      .meta({ title: 'Whale post', description: 'One photo by an account with very many followers.' }),
    author: field(id.nullable().default(null), {
      title: 'Author',
      description: 'An id of `population.whales`. Null: a new account.',
      source: 'a new account unless named',
    }),
    followers: field(count(0, 100_000_000_000).nullable().default(null), {
      title: 'Followers',
      description: 'Followers of the author. Null: those of the named author.',
      unit: 'count',
      source: 'the author has a number of its own',
    }),
    readBoost: field(z.number().min(0).max(1000).default(4), {
      title: 'Read boost',
      description:
        'Extra feed reads of the followers just after the post, as a multiple of their ordinary ones.',
      unit: 'ratio',
      source: 'assumed: followers are notified and open the app five times as often',
    }),
    halfLifeSeconds: field(positiveSeconds.default(30), {
      title: 'Half-life',
      description: 'Time in which the extra reads and the likes fall by half.',
      unit: 's',
      source: 'assumed: attention falls within minutes',
    }),
    likesPerSecond: field(z.number().min(0).max(1e9).default(0), {
      title: 'Likes',
      description: 'Likes a second on this post just after it; all increment one counter key.',
      unit: 'requests/s',
      source: 'none unless asked for',
    }),
  })
  .check(
    firstFault(({ author, followers }) =>
      author === null && followers === null
        ? {
            path: ['followers'],
            code: 'FL-missing',
            message: 'A whale post by a new account does not say how many followers the account has.',
            fix: 'Give `followers`, or name an `author` of `population.whales`.',
          }
        : null,
    ),
  );

const trafficSpike = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: duration,
  kind: z
    .literal('traffic-spike')
    .meta({ title: 'Traffic spike', description: 'The target sends more, or fewer, requests.' }),
  target,
  multiplier: z.number().min(0).max(1000).meta({
    title: 'Multiplier',
    description: 'Multiplies the arrival rate of the target.',
    unit: 'ratio',
  }),
  flows: field(z.array(id).min(1).max(100).nullable().default(null), {
    title: 'Flows',
    description: 'Flows of the target that it applies to. Null: all.',
    source: 'all flows',
  }),
});

const workersCrash = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: duration,
  kind: z.literal('workers-crash').meta({
    title: 'Workers crash',
    description: 'Workers of the target stop; work in hand is redelivered.',
  }),
  target,
  workers: field(count(1, 1_000_000).nullable().default(null), {
    title: 'Workers',
    description: 'How many stop. Null: all.',
    unit: 'count',
    source: 'all workers',
  }),
});

const set = z.strictObject({
  id: eventId,
  atSeconds,
  durationSeconds: optionalDuration('The change is undone then. Null: it stays.'),
  kind: z.literal('set').meta({ title: 'Set', description: 'Changes a configuration member at an instant.' }),
  path: z
    .string()
    .max(300)
    .meta({ title: 'Path', description: '`<node-id>.<config path>` or `a->b.<config path>`.' }),
  value: z.json().meta({ id: 'Json', title: 'Value', description: 'Any JSON value; here the new value.' }),
});

/** One event as a file writes it. `followers` may still be null; `resolve` fills it in from the author. */
export const timelineEntry = z
  .discriminatedUnion('kind', [
    whalePost,
    kafkaOutage,
    redisNodeLoss,
    workersCrash,
    viralPost,
    trafficSpike,
    slowNode,
    networkPartition,
    zoneLoss,
    cdnPurge,
    deploy,
    diskFull,
    set,
  ])
  .meta({ id: 'TimelineEntry', title: 'Event', description: 'Something that happens during the run.' });

export type TimelineEntryFile = z.output<typeof timelineEntry>;
