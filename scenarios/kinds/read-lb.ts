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
    '- Health checks are requests of their own (flow `<id>-checks`): they wait for a thread, so a check of an overloaded instance fails too.',
    '- Ejection looks at the requests themselves. It finds the slow instance whose checks still pass.',
    '- An instance that is taken out ends what it has in hand.',
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
  backgroundFlows: (id) => [`${id}-checks`],
  headline: 'throughputPerSecond',
});
