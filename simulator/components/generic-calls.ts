import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NodeContext } from './component.ts';

export type GenericOperation = 'read' | 'write';

/** Calls the targets of a generic node: one after the other in edge order, all at once, or one by edge weight. */
export function callTargets(
  p: ProcedureBuilder,
  node: NodeContext,
  operation: GenericOperation,
  order: 'sequential' | 'parallel' | 'any',
): void {
  const { targets } = node;
  if (order === 'sequential') {
    for (const { edge } of targets) p.call(edge, operation);
  } else if (order === 'parallel' && targets.length > 1) {
    p.parallel(
      targets.map(
        ({ edge }) =>
          (branch: ProcedureBuilder) =>
            branch.call(edge, operation),
      ),
    );
  } else {
    p.choose(
      targets.map(({ edge }) => ({
        weight: edge.config.weight,
        steps: (way) => way.call(edge, operation),
      })),
    );
  }
}
