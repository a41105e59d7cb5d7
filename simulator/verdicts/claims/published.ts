/** Figures that the published design states, by the name of what they are. Claims are arithmetic on them. */
export const published = {
  users: 500_000_000,
  requestsPerSecond: 1_000_000,
  feedReadsPerSecond: 650_000,
  postDetailsPerSecond: 150_000,
  writesPerSecond: 200_000,
  /** Where the design reckons its egress. */
  feedReadsForEgressPerSecond: 500_000,
  uploadsPerSecond: 1200,
  imagesPerFeed: 5,
  meanImageBytes: 80_000,
  /** WebP bytes of thumbnail, medium, large and XL. */
  variantBytes: [10_000, 60_000, 200_000, 400_000],
  formats: 2,
  averageFollowers: 500,
  whaleFollowers: 50_000_000,
  whaleThreshold: 10_000,
  pushMs: 0.1,
  streamPartitions: 64,
  streamQueueLimit: 5_000_000,
  streamRetentionHours: 24,
  imageWorkers: 32,
  imageMs: 500,
  fanoutWorkers: 16,
  cacheNodes: 12,
  cacheBytes: 36e9,
  rankDimensions: 40,
  rankCandidates: 200,
  feedHitRatio: 0.94,
  feedTtlSeconds: 600,
  monthlyDollars: {
    'post-db': 5000,
    'feed-cache': 4000,
    'upload-stream': 1500,
    services: 3000,
    cdn: 8000,
    'object-storage': 20_000,
  },
} as const;

/** Mean length of a month, s. */
export const SECONDS_A_MONTH = (365.25 / 12) * 86_400;
export const SECONDS_A_DAY = 86_400;
