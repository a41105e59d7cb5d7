import type { Problem } from '../../scenarios/index.ts';
import type { Draft } from './draft.ts';
import { edgeId } from './draft.ts';

/** A problem at the thing that it is about, with the path inside of that thing. */
export interface PlacedProblem {
  readonly problem: Problem;
  /** Inside the configuration or entry: `arrivals.ratePerSecond`, `quantiles[1]`; may be empty. */
  readonly path: string;
}

export interface ProblemIndex {
  readonly nodes: ReadonlyMap<string, readonly PlacedProblem[]>;
  readonly edges: ReadonlyMap<string, readonly PlacedProblem[]>;
  readonly entries: ReadonlyMap<string, readonly PlacedProblem[]>;
  /** By the first member: `run`, `population`, `expectations`, ... */
  readonly members: ReadonlyMap<string, readonly PlacedProblem[]>;
  readonly all: readonly Problem[];
}

export const noProblems: ProblemIndex = {
  nodes: new Map(),
  edges: new Map(),
  entries: new Map(),
  members: new Map(),
  all: [],
};

/** Puts each problem of a file at the node, edge, entry or member that its path points to. */
export function placeProblems(draft: Draft, problems: readonly Problem[]): ProblemIndex {
  const nodes = new Map<string, PlacedProblem[]>();
  const edges = new Map<string, PlacedProblem[]>();
  const entries = new Map<string, PlacedProblem[]>();
  const members = new Map<string, PlacedProblem[]>();
  for (const problem of problems) {
    const element = /^(design\.nodes|design\.edges|timeline)\[(\d+)\](?:\.(.*))?$/.exec(problem.path);
    const [, list, index, rest = ''] = element ?? [];
    const at = Number(index);
    const path = rest.replace(/^config\.?/, '');
    const node = list === 'design.nodes' ? draft.design.nodes[at] : undefined;
    const edge = list === 'design.edges' ? draft.design.edges[at] : undefined;
    const entry = list === 'timeline' ? draft.timeline[at] : undefined;
    if (node) push(nodes, node.id, { problem, path });
    else if (edge) push(edges, edgeId(edge), { problem, path });
    else if (entry) push(entries, entry.id, { problem, path: rest });
    else {
      const [member = '', ...inside] = problem.path.split('.');
      push(members, member, { problem, path: inside.join('.') });
    }
  }
  return { nodes, edges, entries, members, all: problems };
}

function push(map: Map<string, PlacedProblem[]>, key: string, value: PlacedProblem): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export function hasErrors(index: ProblemIndex): boolean {
  return index.all.some((problem) => problem.severity === 'error');
}
