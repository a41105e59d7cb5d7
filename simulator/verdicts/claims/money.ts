import { about, exactly, type Claim } from './claim.ts';
import { published, SECONDS_A_DAY, SECONDS_A_MONTH } from './published.ts';
import { digits } from './words.ts';

const { feedReadsForEgressPerSecond, imagesPerFeed, meanImageBytes, monthlyDollars, users } = published;
const lines = Object.values(monthlyDollars).reduce<number>((sum, dollars) => sum + dollars, 0);
const requestsAMonth = published.requestsPerSecond * SECONDS_A_MONTH;
const egressBytesAMonth = feedReadsForEgressPerSecond * imagesPerFeed * meanImageBytes * SECONDS_A_MONTH;
const statedEgressBytesAMonth = 200e12 * (SECONDS_A_MONTH / SECONDS_A_DAY);
const savedByWebp = 0.3;

/** Money, as the design's own figures have it. */
export const moneyClaims: readonly Claim[] = [
  {
    id: 'cost-table',
    claim: 'V2 costs $15,000 a month, by the table of variants',
    scenario: 'arithmetic',
    unit: '$/month',
    expected: about(15_000),
    runs: [],
    observe: () => exactly(lines),
    why: `The text of the same design lists ${Object.keys(monthlyDollars).length} lines that add up to $${digits(lines)}; storage alone is more than the table's total.`,
  },
  {
    id: 'cost-per-user',
    claim: 'A user costs $0.083 a month',
    scenario: 'arithmetic',
    unit: '$/month',
    expected: about(0.083),
    runs: [],
    observe: () => exactly(lines / users),
    why: 'The stated $41,500 over the stated 500 million users are a thousandth of that: 83 millionths of a dollar, or $0.083 for a thousand users.',
  },
  {
    id: 'cost-per-request',
    claim: 'A thousand requests cost $0.04',
    scenario: 'arithmetic',
    unit: '$ per 1,000 requests',
    expected: about(0.04),
    runs: [],
    observe: () => exactly((1000 * lines) / requestsAMonth),
    turn: {
      parameter: 'mean over peak request rate',
      stated: 'seed',
      flipsAt: (1000 * lines) / requestsAMonth / 0.036,
      unit: 'ratio',
      sides: () => [
        { at: 0.0004, observed: (1000 * lines) / (requestsAMonth * 0.0004) },
        { at: 1, observed: (1000 * lines) / requestsAMonth },
      ],
    },
    why: `$${digits(lines)} over a month at the peak are ${digits((1e6 * 1000 * lines) / requestsAMonth)} millionths of a dollar a thousand. Nights help little: $0.04 needs a mean load of a 2,500th of the peak.`,
  },
  {
    id: 'cost-ratio',
    claim: 'V2 costs 14 times as much as V1',
    scenario: 'arithmetic',
    unit: 'V2 / V1',
    expected: about(14),
    runs: [],
    observe: () => exactly(lines / 3000),
    why: 'By its lines, $41,500 over $3,000. By the $15,000 of its table it is five times.',
  },
  {
    id: 'cost-per-request-v1',
    claim: 'A thousand requests to V1 cost $0.03',
    scenario: 'arithmetic',
    unit: '$ per 1,000 requests',
    expected: about(0.03),
    runs: [],
    observe: () => exactly((1000 * 3000) / (100_000 * SECONDS_A_MONTH)),
    why: 'Eleven millionths of a dollar at the stated peak around the clock; like cost-per-request too large by a factor of 2,600, as if a day of the month were 33 s long.',
  },
  {
    id: 'cost-decreases',
    claim: 'From V1 to V2 the cost of a request decreases',
    scenario: 'arithmetic',
    unit: 'V2 / V1',
    expected: { atMost: 1 },
    runs: [],
    observe: () => exactly(lines / 1_000_000 / (3000 / 100_000)),
    why: 'Ten times the throughput at fourteen times the cost is 38 % more a request, and the stated $0.03 and $0.04 rise as well.',
  },
  {
    id: 'webp-money',
    claim: 'WebP saves $150,000 of egress a month',
    scenario: 'arithmetic',
    unit: '$/month',
    expected: { atLeast: 135_000 },
    runs: [],
    observe: () => exactly(monthlyDollars.cdn * (savedByWebp / (1 - savedByWebp))),
    why: `The whole CDN is stated to cost $${digits(monthlyDollars.cdn)}, WebP already in use: 30 % less of something cannot have saved 19 times what is left. At $0.02 a GB, 30 % of the stated 200 TB a day are $${digits((savedByWebp * statedEgressBytesAMonth * 0.02) / 1e9)} and of the stated 200 GB a second $${digits((savedByWebp * egressBytesAMonth * 0.02) / 1e9)}: neither is $150,000.`,
  },
];
