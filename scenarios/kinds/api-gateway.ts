import { z } from '../zod.ts';
import { distribution } from '../format/distributions.ts';
import { count } from '../format/quantities.ts';
import { defineKind, field } from './field.ts';
import { constantMs, regionEdge } from './network.ts';

const config = z.strictObject({
  instances: field(count(1, 100_000).default(192), {
    title: 'Instances',
    description: 'Separate processes, each with its own cores and queue; a request reaches one at random.',
    unit: 'count',
    source: 'sized: at 1M requests a second the cores are at most 70 % busy',
  }),
  cores: field(count(1, 1024).default(8), {
    title: 'Cores an instance',
    description: 'Requests that one instance checks at the same time.',
    unit: 'count',
    source: 'sized: a common size of a compute node',
  }),
  jwtDemand: field(distribution.default(constantMs(1)), {
    title: 'Demand of the JWT check',
    description: 'Time that a request occupies a core.',
    unit: 'ms',
    source: 'sized: what the default cores hold at 1M requests a second',
  }),
  jwtDelay: field(distribution.default(constantMs(2)), {
    title: 'Delay of the JWT check',
    description: 'Further time that a request spends in the gateway without occupying a core.',
    unit: 'ms',
    source: 'seed: JWT authentication adds 3 ms a request, less the demand of 1 ms',
  }),
  uploadsPerUserPerHour: field(count(1, 1_000_000_000).nullable().default(100), {
    title: 'Uploads a user an hour',
    description: 'Photo uploads beyond this are answered 429 until the hour is over. Null: no limit.',
    unit: 'count',
    source: 'seed: per-user upload cap, 100 uploads/hour',
  }),
  likesPerUserPerHour: field(count(1, 1_000_000_000).nullable().default(1000), {
    title: 'Likes a user an hour',
    description: 'Likes beyond this are answered 429 until the hour is over. Null: no limit.',
    unit: 'count',
    source: 'seed: per-user interaction cap, 1,000 likes/hour',
  }),
});

export type ApiGatewayConfig = z.output<typeof config>;

const toBalancer = regionEdge(1500, 'sized: shorter than the client’s 2 s, longer than the 1.2 s below');
const toService = regionEdge(1200, 'sized: a query held by a hot key for 1 s, and the rest of the request');

export const apiGateway = defineKind({
  kind: 'ApiGateway',
  layer: 'traffic',
  title: 'API gateway',
  summary: 'Checks the token and the rate limits of every request and routes it by flow.',
  help: [
    'Every request occupies a core for the JWT check, waits the rest of the check, and is routed: feed reads and post details to the read side, everything else to the upload side.',
    '',
    '- It holds no thread while a request is below: gateways are event-driven.',
    '- Over the rate limit a request is answered 429: it counts as `rateLimited`, not as an error. Users are drawn uniformly from the active ones (`population.users` x `activeRatio`); windows are fixed hours from the start of the run.',
    '- A flow without a target in the design fails as `unavailable`.',
  ].join('\n'),
  config,
  targets: {
    ReadLB: 'routes feed reads and post details',
    UploadLB: 'routes uploads, likes and comments',
    FeedService: 'routes feed reads and post details, to an instance at random',
    UploadService: 'routes uploads, likes and comments, to an instance at random',
  },
  edgeDefaults: {
    ReadLB: toBalancer,
    UploadLB: toBalancer,
    FeedService: toService,
    UploadService: toService,
  },
  refusals: {
    FeedCache: 'A gateway routes to services: put a FeedService between the two.',
    PostDB: 'A gateway routes to services: put a FeedService or an UploadService between the two.',
    CDN: 'Images do not pass the gateway: wire the ReadClient to the CDN.',
    ObjectStorage: 'Photos do not pass the gateway: wire the UploadClient to ObjectStorage.',
  },
  needs: [
    {
      side: 'target',
      kinds: ['ReadLB', 'UploadLB', 'FeedService', 'UploadService'],
      without: 'routes nowhere: wire it to a load balancer or a service',
    },
  ],
  headline: 'utilization',
});
