import { defineKind } from './field.ts';
import { loadBalancerConfig, toService } from './load-balancer.ts';

export const uploadLB = defineKind({
  kind: 'UploadLB',
  layer: 'traffic',
  title: 'Upload load balancer',
  summary: 'Spreads uploads, likes and comments over the instances of UploadService.',
  help: [
    'Chooses an instance for every request by its policy and passes answers back. A balancer of its own for writes keeps a degraded upload path away from feed reads.',
    '',
    '- Of several services that serve a flow one is drawn by edge weight, then its instance by the policy.',
    '- Fewest connections and power of two count the requests sent through this balancer and not yet answered.',
    '- With a `queueLimit` a request that finds that many waiting at its instance fails as `rejected`.',
  ].join('\n'),
  config: loadBalancerConfig,
  targets: {
    FeedService: 'passes on feed reads and post details',
    UploadService: 'passes on uploads, likes and comments',
  },
  edgeDefaults: { FeedService: toService, UploadService: toService },
  needs: [
    {
      side: 'target',
      kinds: ['FeedService', 'UploadService'],
      without: 'has nothing to balance: wire it to a service',
    },
  ],
  headline: 'throughputPerSecond',
});
