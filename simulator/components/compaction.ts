import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NodeContext } from './component.ts';
import { PLACE } from './post-keys.ts';
import type { TokenRing } from './token-ring.ts';

/** Register of the replica whose turn it is. */
const REPLICA = 0;

/**
 * Merges the tables of each replica in turn, once a period: a compaction takes some of the places in
 * which the replica would execute operations, for as long as it lasts.
 */
export function compactReplicas(node: NodeContext<ConfigOf<'PostDB'>>, { station, ranges }: TokenRing): void {
  const { compaction, replicas } = node.config;
  if (compaction === null) return;
  const { periodSeconds, seconds, places } = compaction;
  const next = node.native('next-compaction', (run) => {
    const turn = run.state(`${node.id}/compactions`, () => ({ count: 0 }));
    return (frame) => {
      const replica = turn.count++ % (ranges * replicas);
      run.setRegister(frame, PLACE, Math.floor(replica / replicas));
      return replica % replicas;
    };
  });
  const compact = (replica: number) => (p: ProcedureBuilder) =>
    p.parallel(
      Array.from(
        { length: places },
        () => (q: ProcedureBuilder) =>
          q.visit(
            station,
            { distribution: 'constant', ms: seconds * 1000 },
            {
              at: { by: 'register', register: PLACE },
              among: [replica],
              stream: 'compact',
            },
          ),
      ),
    );
  const root = `${node.id}/compaction`;
  const flow = `${node.id}-compactions`;
  node.root(root, {
    flow,
    steps: (p) =>
      p.native(next, { into: REPLICA }).switch(
        REPLICA,
        Array.from({ length: replicas }, (_, replica) => compact(replica)),
      ),
  });
  const ratePerSecond = (ranges * replicas) / periodSeconds;
  node.source({ flow, root, arrivals: { process: 'constant', ratePerSecond } });
}
