import { usdFor } from '../../../scenarios/prices/index.ts';
import { about, type Claim, type Evidence, type Turn } from './claim.ts';
import type { Experiment } from './experiment.ts';
import { published, SECONDS_A_DAY, SECONDS_A_MONTH } from './published.ts';
import { v2AtFullRate } from './variants.ts';
import { digits } from './words.ts';

const { monthlyDollars } = published;

/** What nodes cost in the run at the full rate, $ a month. */
const bill = (evidence: Evidence, ...nodes: readonly string[]): number =>
  nodes.reduce((sum, node) => sum + (evidence(v2AtFullRate, node).value ?? NaN), 0);

interface Line {
  readonly id: string;
  readonly what: string;
  readonly stated: number;
  readonly nodes: readonly string[];
  readonly runs?: readonly Experiment[];
  readonly turn?: Turn;
  readonly why: string;
}

const line = ({ id, what, stated, nodes, runs = [], turn, why }: Line): Claim => ({
  id,
  claim: `${what} costs $${digits(stated)} a month`,
  scenario: 'instagram-v2',
  unit: '$/month',
  expected: about(stated),
  runs: [v2AtFullRate, ...runs],
  observe: (evidence) => ({ value: bill(evidence, ...nodes), ci95: null }),
  ...(turn === undefined ? {} : { turn }),
  why,
});

/** The published design at a sixteenth of its load, with so many brokers. */
const withBrokers = (brokers: number): Experiment => ({
  id: `brokers-${brokers}`,
  question: `The stream has ${brokers} brokers`,
  scenario: 'instagram-v2',
  form: 'short',
  replications: 1,
  remove: ['read-client', 'read-lb', 'feed-service', 'cdn', 'feed-cache', 'fanout-worker', 'image-worker'],
  // Brokers are not divided in the short form; the full rate of likes is what they are sized for.
  set: {
    'upload-client.like.ratePerSecond': 180_000,
    'upload-client.photoUpload.ratePerSecond': 1200,
    'upload-client.comment': null,
    'api-gateway.instances': 192,
    'upload-service.instances': 48,
    'post-db.partitions': 64,
    'post-db.keyWritesPerSecond': 1000,
    'upload-stream.partitions': 64,
    'upload-stream.brokers': brokers,
  },
  run: { durationSeconds: 2, warmupSeconds: 1 },
  figures: {
    usdPerMonth: { metric: 'components.upload-stream.moneyPerMonth' },
    busy: { metric: 'components.upload-stream.utilization' },
  },
});
const five = withBrokers(5);
const six = withBrokers(6);

/** Of one of the cheapest class that answers within milliseconds, and of the cheapest of all. */
const storedGb = 50e6;
const statedEgressGb = (200e3 * SECONDS_A_MONTH) / SECONDS_A_DAY;
const fargateCore = 730 * (usdFor('fargate-vcpu', 1) + 2 * usdFor('fargate-memory', 1));

/** The lines of the published bill, each against list prices for what the run rents and uses. */
export const billClaims: readonly Claim[] = [
  line({
    id: 'cost-cassandra',
    what: 'Cassandra on 64 partitions with three replicas',
    stated: monthlyDollars['post-db'],
    nodes: ['post-db'],
    why: `192 nodes of a type with local disks at list price. Paid by the request, as the named service is, it would be $${digits(usdFor('keyspaces-reads', (1.96e6 * SECONDS_A_MONTH) / 1e6))} for the 1.96 million reads a second alone. $5,000 are $26 a replica, a tenth of the smallest node that could hold 32 operations at a time.`,
  }),
  line({
    id: 'cost-redis',
    what: 'Redis on twelve cache.r7g.4xlarge',
    stated: monthlyDollars['feed-cache'],
    nodes: ['feed-cache'],
    why: `Twelve primaries and the replica of each that the design counts on, at $${digits(730 * usdFor('elasticache-r7g-4xlarge', 1))} each. Without replicas it is $${digits(12 * 730 * usdFor('elasticache-r7g-4xlarge', 1))}, still four times what is claimed, and no discount is 74 %.`,
  }),
  line({
    id: 'cost-kafka',
    what: 'Kafka on kafka.m7g.xlarge',
    stated: monthlyDollars['upload-stream'],
    nodes: ['upload-stream'],
    runs: [five, six],
    turn: {
      parameter: 'upload-stream.brokers',
      stated: 'open',
      flipsAt: (1.1 * monthlyDollars['upload-stream']) / (730 * usdFor('msk-m7g-xlarge', 1)),
      unit: 'brokers',
      sides: (evidence) => [
        { at: 5, observed: evidence(five, 'usdPerMonth').value },
        { at: 6, observed: evidence(six, 'usdPerMonth').value },
      ],
    },
    why: 'The design does not say how many brokers it has. Five hold the load within 70 % by our demand of 0.15 ms a message and cost what is claimed; spread evenly over three zones it has to be six. Disks and traffic between zones are left out.',
  }),
  line({
    id: 'cost-compute',
    what: 'Compute for services and workers',
    stated: monthlyDollars.services,
    nodes: [
      'api-gateway',
      'read-lb',
      'upload-lb',
      'feed-service',
      'upload-service',
      'image-worker',
      'fanout-worker',
    ],
    why: `$3,000 rent ${digits(monthlyDollars.services / fargateCore)} cores at list price, of which the 48 stated workers take most. The gateway's, 1 ms of a core for each of a million tokens a second, are sized by us; but the 600 cores that 1,200 photos a second of 500 ms keep busy follow from the design's own figures, and are $${digits(600 * fargateCore)}.`,
  }),
  line({
    id: 'cost-cdn',
    what: 'The CDN',
    stated: monthlyDollars.cdn,
    nodes: ['cdn'],
    why: `The run sends 64 GB a second in WebP and JPEG, and pays for each request. The stated 200 TB a day are $${digits(usdFor('cloudfront-egress', statedEgressGb))} at list price, twenty times the claim, and that is 1.2 % of the 200 GB a second that the design states too.`,
  }),
  line({
    id: 'cost-s3',
    what: 'Object storage of 50 PB with lifecycle rules',
    stated: monthlyDollars['object-storage'],
    nodes: ['object-storage'],
    why: `Standard storage and its requests. No lifecycle rule reaches the claim: all of it in the class for archives with instant access is $${digits(usdFor('s3-glacier-instant', storedGb))}, and in the one whose restores take hours $${digits(usdFor('s3-deep-archive', storedGb))}.`,
  }),
];
