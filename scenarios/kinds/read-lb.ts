import { defineKind } from './field.ts';
import { loadBalancerConfig, toService } from './load-balancer.ts';

export const readLB = defineKind({
  kind: 'ReadLB',
  layer: 'traffic',
  title: 'Read load balancer',
  summary: 'Spreads feed reads and post details over the instances of FeedService.',
  help: [
    'Chooses an instance for every request by its policy and passes answers back. A balancer of its own for reads keeps them apart from a degraded upload path.',
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
