import { about, exactly, times, type Claim, type Evidence } from './claim.ts';
import { asPublished, fullWiring, whalePost } from './experiments.ts';
import type { Experiment } from './experiment.ts';
import { published } from './published.ts';
import { digits } from './words.ts';

/** More writes for some seconds; images share nothing with the rest and are left out. */
const writes = (multiplier: number): Experiment => ({
  id: `writes-times-${multiplier}`.replace('.', ''),
  question: `Writes rise to ${multiplier} times their rate`,
  scenario: 'instagram-v2',
  form: 'short',
  set: { 'read-client.imagesPerFeedRead': 0 },
  timeline: [
    {
      id: 'spike',
      kind: 'traffic-spike',
      target: 'upload-client',
      atSeconds: 3,
      durationSeconds: 4,
      multiplier,
    },
  ],
  run: { durationSeconds: 7, warmupSeconds: 1 },
  figures: {
    feedP99: { metric: 'flows.feed-read.latencyMs.p99', phase: 'during:spike' },
    feedP99Before: { metric: 'flows.feed-read.latencyMs.p99', phase: 'before' },
  },
});
const zoneLoss: Experiment = {
  id: 'zone-loss',
  question: 'One of three zones is lost for 40 s',
  scenario: 'zone-loss',
  form: 'short',
  replications: 1,
  figures: { feedErrors: { metric: 'flows.feed-read.errorRatio', phase: 'during:zone' } },
};
const twice = writes(2);
const fourfold = writes(4);

/** By how much feed reads are slower while it lasts. */
const slower = (evidence: Evidence, experiment: Experiment): number =>
  (evidence(experiment, 'feedP99').value ?? Infinity) /
  (evidence(experiment, 'feedP99Before').value ?? Infinity);

/** Operations a second that PostDB can do, those of everything but writes, and those of the writes. */
const capacity = 6144 / 0.0015;
const ofWrites = 780_000;
const others = 1_964_485;

/** Services and load balancers, and the targets as a whole. */
export const serviceClaims: readonly Claim[] = [
  {
    id: 'lb-isolation',
    claim: 'Separate load balancers keep feed reads unaffected when the write path is in trouble',
    scenario: 'instagram-v2',
    unit: 'p99 of feed reads during / before',
    expected: { atMost: 1.1 },
    runs: [twice, fourfold],
    observe: (evidence) => exactly(slower(evidence, fourfold)),
    turn: {
      parameter: 'times the ordinary write rate',
      stated: 'open',
      flipsAt: (capacity - others) / ofWrites,
      unit: 'ratio',
      sides: (evidence) => [
        { at: 2, observed: slower(evidence, twice) },
        { at: 4, observed: slower(evidence, fourfold) },
      ],
    },
    why: 'Trouble within UploadService stays there. Trouble that comes as load does not: both paths use one gateway and one PostDB, whose replicas are full at 2.7 times the ordinary writes, and then feed reads wait in the same queues.',
  },
  {
    id: 'write-path-time',
    claim: 'A write takes about 80 ms',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: about(80),
    runs: [asPublished],
    observe: (evidence) => evidence(asPublished, 'uploadMean'),
    why: "The design's own parts, 3 ms at the gateway twice, 2 to presign, 10 to write and 4 to publish, add up to a third of that; the rest would have to be the transfer of the photo or the user's network.",
  },
  {
    id: 'read-path-time',
    claim: 'A read takes about 2 ms',
    scenario: 'instagram-v2',
    unit: 'ms',
    expected: about(2),
    runs: [asPublished],
    observe: (evidence) => evidence(asPublished, 'feedMean'),
    again: {
      runs: [fullWiring],
      observe: (evidence) => evidence(fullWiring, 'feedMean'),
      why: 'Of the reads that are answered at all.',
    },
    why: '2 ms is the look-up in Redis alone. The same request checks a token (3 ms), pulls 1.5 whales in the mean (7.5 ms), looks up its vector and reads counts (5 ms).',
  },
  {
    id: 'v2-latency',
    claim: 'V2: feed reads under 200 ms, uploads under 150 ms, images under 50 ms',
    scenario: 'instagram-v2',
    unit: 'targets missed',
    expected: { atMost: 0 },
    runs: [asPublished],
    observe: (evidence) =>
      exactly(
        [
          (evidence(asPublished, 'feedP99').value ?? Infinity) > 200,
          (evidence(asPublished, 'uploadP99').value ?? Infinity) > 150,
          (evidence(asPublished, 'imageP99').value ?? Infinity) > 50,
        ].filter(Boolean).length,
      ),
    why: 'Before any event; feed-p99, upload-p99 and image-p99 have the figures. The images miss theirs.',
  },
  {
    id: 'v2-throughput',
    claim: 'V2 serves a million requests a second at its peak',
    scenario: 'instagram-v2',
    unit: 'feed reads/s',
    expected: { atLeast: 640_000 },
    runs: [asPublished],
    observe: (evidence) => times(evidence(asPublished, 'feedRate'), 16),
    again: {
      runs: [fullWiring],
      observe: (evidence) => times(evidence(fullWiring, 'feedRate'), 16),
      why: 'PostDB is asked for ten times what it can do.',
    },
    why: 'Requests are answered at the rate at which they come; behind the stream 3 of 4 fan-outs and 18 of 19 images are not done.',
  },
  {
    id: 'availability',
    claim: '99.95 % of requests succeed',
    scenario: 'whale-post',
    unit: 'share of feed reads that fail',
    expected: { atMost: 0.0005 },
    runs: [whalePost],
    observe: (evidence) => evidence(whalePost, 'feedErrorsDuring'),
    why: `A month's budget is 22 minutes of everything. One post by a 50-million account fails a tenth of the feed reads for as long as it is pulled; four hours of that use the budget up, and the window of pulls is a day (${digits(published.whaleFollowers / 1e6)} of ${digits(published.users / 1e6)} million users follow it).`,
  },
  {
    id: 'availability-zone',
    claim: 'Three zones keep 99.95 % of requests succeeding when one of them is lost',
    scenario: 'zone-loss',
    unit: 'share of feed reads that fail meanwhile',
    expected: { atMost: 0.0005 },
    runs: [zoneLoss],
    observe: (evidence) => evidence(zoneLoss, 'feedErrors'),
    why: 'A third of the instances of every layer is gone for 40 s. Clients go on choosing dead gateways, in front of which nothing checks; and until PostDB is sure that a replica is dead, 18 s by its phi-accrual rule, reads that meet one hold their threads for 20 ms more, and the threads run out. It rests on our zones of equal size, and on no balancer in front of the gateway, where the design draws none.',
  },
];
