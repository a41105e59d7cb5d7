/**
 * Prices of what the designs rent: data, in this file and nowhere else. All are public list prices on
 * demand in US dollars, without discounts, taxes or commitments.
 */
export interface Price {
  readonly title: string;
  /** What one unit is; a quantity is so many of them in a month. */
  readonly unit: 'hours' | 'vCPU hours' | 'GB hours' | 'GB' | 'GB months' | 'million requests';
  /**
   * `[from, usd]`: what a unit costs beyond the first `from` units of a month, in rising order from 0. One
   * pair: the same price for all.
   */
  readonly usdFrom: readonly (readonly [from: number, usd: number])[];
  readonly region: string;
  /** Month of the list price, `year-month`. */
  readonly date: string;
  readonly source: string;
}

const region = 'us-east-1';
const date = '2025-01';
const listed = (page: string): string =>
  `list price of the ${page} price page as remembered of ${date}, not looked up again: check before use`;

const price = (title: string, unit: Price['unit'], usd: number | Price['usdFrom'], page: string): Price => ({
  title,
  unit,
  usdFrom: typeof usd === 'number' ? [[0, usd]] : usd,
  region,
  date,
  source: listed(page),
});

export const prices = {
  'elasticache-r7g-4xlarge': price('Redis node cache.r7g.4xlarge', 'hours', 1.749, 'Amazon ElastiCache'),
  'msk-m7g-xlarge': price('Kafka broker kafka.m7g.xlarge', 'hours', 0.408, 'Amazon MSK'),
  'ec2-i4i-2xlarge': price('Cassandra node i4i.2xlarge', 'hours', 0.686, 'Amazon EC2'),
  'keyspaces-reads': price('Keyspaces read units', 'million requests', 0.29, 'Amazon Keyspaces'),
  'keyspaces-writes': price('Keyspaces write units', 'million requests', 1.45, 'Amazon Keyspaces'),
  // The sizes of the family cost in proportion.
  'rds-r6g': price('PostgreSQL server db.r6g', 'vCPU hours', 0.1124, 'Amazon RDS'),
  'fargate-vcpu': price('Fargate vCPU', 'vCPU hours', 0.04048, 'AWS Fargate'),
  'fargate-memory': price('Fargate memory', 'GB hours', 0.004445, 'AWS Fargate'),
  'alb-hours': price('Load balancer', 'hours', 0.0225, 'Elastic Load Balancing'),
  'cloudfront-egress': price(
    'CloudFront to the internet',
    'GB',
    [
      [0, 0.085],
      [10_000, 0.08],
      [50_000, 0.06],
      [150_000, 0.04],
      [500_000, 0.03],
      [1_024_000, 0.025],
      [5_120_000, 0.02],
    ],
    'Amazon CloudFront',
  ),
  'cloudfront-requests': price('CloudFront HTTPS requests', 'million requests', 1, 'Amazon CloudFront'),
  's3-standard': price(
    'S3 Standard storage',
    'GB months',
    [
      [0, 0.023],
      [50_000, 0.022],
      [500_000, 0.021],
    ],
    'Amazon S3',
  ),
  's3-standard-ia': price('S3 Standard-IA storage', 'GB months', 0.0125, 'Amazon S3'),
  's3-glacier-instant': price('S3 Glacier Instant Retrieval storage', 'GB months', 0.004, 'Amazon S3'),
  's3-deep-archive': price('S3 Glacier Deep Archive storage', 'GB months', 0.00099, 'Amazon S3'),
  's3-puts': price('S3 writes', 'million requests', 5, 'Amazon S3'),
  's3-gets': price('S3 reads', 'million requests', 0.4, 'Amazon S3'),
  's3-internet-egress': price(
    'S3 to the internet',
    'GB',
    [
      [0, 0.09],
      [10_000, 0.085],
      [50_000, 0.07],
      [150_000, 0.05],
    ],
    'Amazon EC2 data transfer',
  ),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceId = keyof typeof prices;

/** Hours of a month as price pages count them. */
export const HOURS_A_MONTH = 730;
export const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

/** US dollars for a quantity of a month; each tier of a price counts for the units that lie in it. */
export function usdFor(id: PriceId, quantity: number): number {
  const { usdFrom } = prices[id];
  let usd = 0;
  usdFrom.forEach(([from, each], tier) => {
    const to = usdFrom[tier + 1]?.[0] ?? Infinity;
    usd += Math.max(0, Math.min(quantity, to) - from) * each;
  });
  return usd;
}
