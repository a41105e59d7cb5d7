import { isObject } from './json-path.ts';
import cdnPurge from './builtin/cdn-purge.json' with { type: 'json' };
import coldStart from './builtin/cold-start.json' with { type: 'json' };
import fanoutLag from './builtin/fanout-lag.json' with { type: 'json' };
import imageWorkersCrash from './builtin/image-workers-crash.json' with { type: 'json' };
import deploy from './builtin/deploy.json' with { type: 'json' };
import diskFull from './builtin/disk-full.json' with { type: 'json' };
import flashCrowd from './builtin/flash-crowd.json' with { type: 'json' };
import instagramV0 from './builtin/instagram-v0.json' with { type: 'json' };
import instagramV1 from './builtin/instagram-v1.json' with { type: 'json' };
import instagramV2 from './builtin/instagram-v2.json' with { type: 'json' };
import kafkaOutage from './builtin/kafka-outage.json' with { type: 'json' };
import instagramV2Repaired from './builtin/instagram-v2-repaired.json' with { type: 'json' };
import mm1 from './builtin/mm1.json' with { type: 'json' };
import mmc from './builtin/mmc.json' with { type: 'json' };
import modelRollout from './builtin/model-rollout.json' with { type: 'json' };
import redisNodeLoss from './builtin/redis-node-loss.json' with { type: 'json' };
import scaleOut from './builtin/scale-out.json' with { type: 'json' };
import retryStorm from './builtin/retry-storm.json' with { type: 'json' };
import repairedFaults from './builtin/repaired-faults.json' with { type: 'json' };
import slowNode from './builtin/slow-node.json' with { type: 'json' };
import tandem from './builtin/tandem.json' with { type: 'json' };
import tenX from './builtin/ten-x.json' with { type: 'json' };
import hotPartition from './builtin/hot-partition.json' with { type: 'json' };
import viralPost from './builtin/viral-post.json' with { type: 'json' };
import whalePost from './builtin/whale-post.json' with { type: 'json' };
import whaleStormV1 from './builtin/whale-storm-v1.json' with { type: 'json' };
import zoneLoss from './builtin/zone-loss.json' with { type: 'json' };

/** A menu entry. */
export interface Builtin {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** A design is there to be extended and run as it is; a scenario asks a question of one. */
  readonly kind: 'design' | 'scenario';
}

/** One import and one line each, in the order of the menu. */
const documents: readonly {
  readonly kind: Builtin['kind'];
  readonly document: { readonly id: string; readonly title: string; readonly description: string };
}[] = [
  { kind: 'design', document: instagramV0 },
  { kind: 'design', document: instagramV1 },
  { kind: 'design', document: instagramV2 },
  { kind: 'design', document: instagramV2Repaired },
  { kind: 'scenario', document: whalePost },
  { kind: 'scenario', document: viralPost },
  { kind: 'scenario', document: hotPartition },
  { kind: 'scenario', document: redisNodeLoss },
  { kind: 'scenario', document: coldStart },
  { kind: 'scenario', document: whaleStormV1 },
  { kind: 'scenario', document: kafkaOutage },
  { kind: 'scenario', document: imageWorkersCrash },
  { kind: 'scenario', document: fanoutLag },
  { kind: 'scenario', document: cdnPurge },
  { kind: 'scenario', document: tenX },
  { kind: 'scenario', document: scaleOut },
  { kind: 'scenario', document: flashCrowd },
  { kind: 'scenario', document: retryStorm },
  { kind: 'scenario', document: deploy },
  { kind: 'scenario', document: modelRollout },
  { kind: 'scenario', document: repairedFaults },
  { kind: 'scenario', document: slowNode },
  { kind: 'scenario', document: diskFull },
  { kind: 'scenario', document: zoneLoss },
  { kind: 'scenario', document: mm1 },
  { kind: 'scenario', document: mmc },
  { kind: 'scenario', document: tandem },
];

export const builtins: readonly Builtin[] = documents.map(
  ({ kind, document: { id, title, description } }) => ({
    id,
    title,
    description,
    kind,
  }),
);

/** The file of a built-in scenario or design, as parsed JSON, or undefined. Do not change it. */
export function findBuiltin(id: string): unknown {
  const found = documents.find(({ document }) => document.id === id)?.document;
  return isObject(found) ? found : undefined;
}
