import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { TierSteps } from './cdn-popular-images.ts';
import type { NodeContext } from './component.ts';

/** Views of ordinary images that hit by the ratios of the configuration. */
export function ratioHits(
  node: NodeContext<ConfigOf<'CDN'>>,
  steps: TierSteps,
): (p: ProcedureBuilder) => void {
  const { edgeHitRatio, regionalHitRatio } = node.config;
  return (p) => {
    p.chance(
      edgeHitRatio,
      steps.edgeHit,
      (miss) => {
        steps.toRegional(miss);
        miss.chance(regionalHitRatio, steps.regionalHit, steps.fromOrigin, 'regional-hit');
      },
      'edge-hit',
    );
  };
}
