import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash, uniform } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { TierSteps } from './cdn-popular-images.ts';
import type { NodeContext } from './component.ts';

/** Register of what a look-up said: 1 is a hit. */
const FOUND = 2;

/** Views of ordinary images that hit by the ratios of the configuration. */
export function ratioHits(
  node: NodeContext<ConfigOf<'CDN'>>,
  steps: TierSteps,
): (p: ProcedureBuilder) => void {
  const { edgeHitRatio, regionalHitRatio, propagationSeconds } = node.config;
  if (propagationSeconds > 0) return propagatedRatioHits(node, steps);
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

interface Ratios {
  readonly fromSeconds: number;
  readonly edge: number;
  readonly regional: number;
}

/** The same where a change of the ratios takes its time to reach an edge. */
function propagatedRatioHits(
  node: NodeContext<ConfigOf<'CDN'>>,
  steps: TierSteps,
): (p: ProcedureBuilder) => void {
  const { edges, edgeHitRatio, regionalHitRatio, propagationSeconds } = node.config;
  const edgeStream = streamHash(`${node.id}.edge`);
  const look = (tier: 'edge' | 'regional') => {
    const stream = streamHash(`${node.id}.${tier}-ratio`);
    return node.native(`${tier}-ratio`, (run) => {
      const history = ratiosOfRun(run, node.id);
      if (history.at(-1)?.fromSeconds !== node.fromSeconds)
        history.push({ fromSeconds: node.fromSeconds, edge: edgeHitRatio, regional: regionalHitRatio });
      return (frame) => {
        // The edges follow a change evenly over the time that it takes to reach all of them.
        const edge = Math.floor(uniform(run.draw(frame, edgeStream, 0)) * edges);
        const knownSeconds = run.time(frame) / 1e9 - ((edge + 0.5) / edges) * propagationSeconds;
        const ratios = history.findLast(({ fromSeconds }) => fromSeconds <= knownSeconds) ?? history[0]!;
        return uniform(run.draw(frame, stream, 0)) < ratios[tier] ? 1 : 0;
      };
    });
  };
  const edgeLook = look('edge');
  const regionalLook = look('regional');
  return (p) => {
    p.native(edgeLook, { into: FOUND, shared: false }).switch(FOUND, [
      (miss) => {
        steps.toRegional(miss);
        miss
          .native(regionalLook, { into: FOUND, shared: false })
          .switch(FOUND, [steps.fromOrigin, steps.regionalHit]);
      },
      steps.edgeHit,
    ]);
  };
}

/** The ratios that the design has had, in the order of time: each stretch of it adds its own before the run begins. */
const ratiosOfRun = (run: NativeContext, id: string): Ratios[] => run.state(`${id}/ratios`, () => []);
