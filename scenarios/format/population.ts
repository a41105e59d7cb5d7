import { z } from '../zod.ts';
import { field } from '../kinds/field.ts';
import { count, id, ratio } from './quantities.ts';
import { firstFault } from './rule.ts';

const maximumUsers = 100_000_000_000;
const followers = count(0, maximumUsers);

/** Who uses the system and who follows whom. Every member has a default, so `{}` is complete. */
export const population = z
  .strictObject({
    users: field(count(1, maximumUsers).default(500_000_000), {
      title: 'Users',
      description: 'Accounts.',
      unit: 'count',
      source: 'seed: 500M monthly active users',
    }),
    activeRatio: field(z.number().gt(0).max(1).default(1), {
      title: 'Active ratio',
      description: 'Share of the users that send requests.',
      unit: 'ratio',
      source: 'seed: its users are monthly active ones',
    }),
    followers: field(
      z
        .strictObject({
          mean: field(z.number().gt(0).max(maximumUsers).default(500), {
            title: 'Mean',
            description: 'Mean followers of an account.',
            unit: 'count',
            source: 'seed: average fan-out of 500',
          }),
          exponent: field(z.number().gt(1).max(10).default(2.276), {
            title: 'Exponent',
            description: 'Exponent of the power-law density of follower counts.',
            unit: 'ratio',
            source: 'Kwak et al., What is Twitter, WWW 2010',
          }),
          max: field(count(1, maximumUsers).default(1_600_000), {
            title: 'Most',
            description: 'Followers of the largest ordinary account; `whales` may have more.',
            unit: 'count',
            source: 'sized: the hottest key reads at most 70 % of its limit at the published rate',
          }),
        })
        .prefault({}),
      {
        title: 'Followers',
        description: 'Truncated power law of followers by account.',
        source: 'see its members',
      },
    ),
    followees: field(
      z
        .strictObject({
          mean: field(z.number().gt(0).max(maximumUsers).default(500), {
            title: 'Mean',
            description: 'Mean accounts that a user follows.',
            unit: 'count',
            source: 'every follow has two ends: the mean of followers',
          }),
        })
        .prefault({}),
      { title: 'Followees', description: 'How many accounts a user follows.', source: 'see its members' },
    ),
    whales: field(
      z
        .array(
          z.strictObject({
            id: id.meta({ title: 'Id', description: 'Name for timeline events.' }),
            followers: followers.meta({ title: 'Followers', description: 'Its followers.', unit: 'count' }),
          }),
        )
        .max(10_000)
        .default([]),
      {
        title: 'Whales',
        description: 'Named large accounts. They have no recent post until an event gives them one.',
        source: 'none unless named',
      },
    ),
    whalesPerReader: field(
      z
        .array(ratio)
        .min(1)
        .max(1000)
        .check(
          firstFault((shares) => {
            const sum = shares.reduce((total, share) => total + share, 0);
            if (Math.abs(sum - 1) <= 1e-9) return null;
            return {
              code: 'FL-out-of-range',
              message: `The probabilities of \`whalesPerReader\` add up to ${sum}.`,
              fix: 'Make them add up to 1.',
            };
          }),
        )
        .default([0.25, 0.25, 0.25, 0.25]),
      {
        title: 'Whales per reader',
        description: 'Probability that a feed read pulls the posts of 0, 1, 2, ... whales.',
        unit: 'ratio',
        source: 'seed: 0 to 3 whales, taken as equally likely',
      },
    ),
  })
  .check(
    firstFault((value) => {
      const seen = new Set<string>();
      for (const [i, whale] of value.whales.entries()) {
        if (seen.has(whale.id)) {
          return {
            path: ['whales', i, 'id'],
            code: 'FL-duplicate-id',
            message: `Two whales have the id "${whale.id}".`,
            fix: 'Give each its own id.',
          };
        }
        seen.add(whale.id);
        if (whale.followers > value.users) {
          return {
            path: ['whales', i, 'followers'],
            code: 'FL-out-of-range',
            message: `Whale "${whale.id}" has ${whale.followers} followers, more than there are users (${value.users}).`,
            fix: 'Lower `followers`, or raise `population.users`.',
          };
        }
      }
      return null;
    }),
  )
  .meta({ id: 'Population', title: 'Population', description: 'Who uses the system and who follows whom.' });
