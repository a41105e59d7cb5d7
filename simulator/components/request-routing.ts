import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Neighbour, NodeContext } from './component.ts';

/** What readers ask for, from the client to FeedService. */
export const readOperations = ['feed-read', 'post-detail'] as const;
/** What writers ask for, from the client to UploadService. */
export const writeOperations = ['presign', 'create-post', 'upload-post', 'like', 'comment'] as const;

/** The targets of a node that offer an operation. */
export function targetsThatOffer(node: NodeContext, operation: string): readonly Neighbour[] {
  return node.targets.filter((target) => node.offers(target.node.id, operation));
}

/** One of several neighbours by edge weight; `unavailable` when there is none. */
export function oneOf(
  p: ProcedureBuilder,
  neighbours: readonly Neighbour[],
  steps: (p: ProcedureBuilder, neighbour: Neighbour) => void,
): void {
  if (neighbours.length === 0) p.fail('unavailable');
  else
    p.choose(
      neighbours.map((neighbour) => ({
        weight: neighbour.edge.config.weight,
        steps: (way) => steps(way, neighbour),
      })),
    );
}

/** Calls one of the targets that offer the operation, by edge weight; `pass` as in `ProcedureBuilder.call`. */
export function callOne(
  p: ProcedureBuilder,
  node: NodeContext,
  operation: string,
  options: { readonly pass?: number } = {},
): void {
  oneOf(p, targetsThatOffer(node, operation), (way, { edge }) => way.call(edge, operation, options));
}
