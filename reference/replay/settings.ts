import { findKind, type ConfigOf, type KindName, type Scenario } from '../../scenarios/index.ts';
import type { GivenSettings } from '../contract/index.ts';

/** What the nodes of a bench-scale design say about the processes; see reference/contract/settings.ts. */
export function settingsOf(scenario: Scenario): GivenSettings {
  const gateway = configOf(scenario, 'ApiGateway');
  const feed = configOf(scenario, 'FeedService');
  const upload = configOf(scenario, 'UploadService');
  const images = configOf(scenario, 'ImageWorker');
  const fanout = configOf(scenario, 'FanoutWorker');
  const cache = configOf(scenario, 'FeedCache');
  return {
    gateways: gateway.instances,
    feedServices: feed.instances,
    uploadServices: upload.instances,
    imageWorkers: images.workers,
    fanoutWorkers: fanout.workers,
    // Null: nobody is a whale.
    whaleThreshold: fanout.whaleThreshold ?? scenario.population.users + 1,
    whaleWindowSeconds: Math.max(1, Math.floor(feed.whaleWindowSeconds)),
    whaleFlagTtlSeconds: Math.max(1, Math.floor(fanout.flagCacheSeconds)),
    feedLength: cache.feedEntries,
    feedTtlSeconds: cache.ttlSeconds === null ? neverSeconds : Math.max(1, Math.floor(cache.ttlSeconds)),
    ...(feed.pullParallelism === null ? {} : { pullParallelism: feed.pullParallelism }),
    rankedShare:
      (feed.rankingModel === 'ml' ? 1 - feed.rankingSplit : 0) +
      (feed.candidateModel === 'ml' ? feed.rankingSplit : 0),
    pullOnLagSeconds: feed.pullOnLagSeconds,
    ...(gateway.uploadsPerUserPerHour === null ? {} : { uploadsPerHour: gateway.uploadsPerUserPerHour }),
    ...(gateway.likesPerUserPerHour === null ? {} : { likesPerHour: gateway.likesPerUserPerHour }),
    fanoutBatch: fanout.chunkSize,
  };
}

/** Longer than any run. */
const neverSeconds = 31_536_000;

/** Of the first node of a kind; its defaults when the design leaves it out, for the stack has one all the same. */
export function configOf<Name extends KindName>(scenario: Scenario, kind: Name): ConfigOf<Name> {
  const node = scenario.design.nodes.find((other) => other.kind === kind);
  return (node?.config ?? findKind(kind)!.config.parse({})) as ConfigOf<Name>;
}
