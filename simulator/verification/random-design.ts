import {
  InputError,
  builtins,
  checkScenario,
  connect,
  findBuiltin,
  jsonSchema,
  kinds,
  type Problem,
} from '../../scenarios/index.ts';
import { Draws, randomValue, type Json, type Schema } from './random-value.ts';

type Members = Record<string, Json>;
interface Design {
  nodes: Members[];
  edges: Members[];
}
/** A scenario file whose parts can be taken away. */
export interface RandomFile {
  readonly [member: string]: unknown;
  readonly design: Design;
  readonly timeline: Members[];
}

/** Simulated time of a design, s. */
const SECONDS = 0.5;
/** Requests a second of a flow. */
const MOST_REQUESTS = 400;
/** Rounds in which the validator's objections are met; what is wrong then stays, to be refused. */
const ROUNDS = 30;

const schema = jsonSchema() as Schema;
const definitions = schema['$defs'] as Record<string, Schema>;
const memberOf = (part: Schema, name: string): Schema =>
  (part['properties'] as Record<string, Schema>)[name]!;

/**
 * A scenario file that nobody would draw: any kinds, wired in any way that the rules for wires allow, or
 * a built-in design with parts taken away, wires added and settings changed; and up to three events.
 * Where the validator objects, the part it names is mended or taken away. The same number gives the same
 * file.
 */
export function randomDesign(seed: number): RandomFile {
  const draws = new Draws(seed);
  const design = draws.chance(0.5) ? fromNothing(draws) : fromBuiltin(draws);
  const file: RandomFile = {
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'random',
    title: 'Random',
    description: `Number ${seed}.`,
    design,
    timeline: Array.from({ length: draws.below(4) }, (_, i) => randomEvent(draws, i, design)),
    run: { durationSeconds: SECONDS, warmupSeconds: 0, seed },
  };
  for (let round = 0; round < ROUNDS; round++) {
    const problems = problemsOf(file);
    if (problems.length === 0) break;
    mend(draws, file, problems[0]!, round);
  }
  return file;
}

function fromNothing(draws: Draws): Design {
  const names = Object.keys(kinds);
  const generic = names.filter((name) => kinds[name]!.layer === 'generic');
  const pool = draws.chance(0.4) ? generic : names;
  const first = draws.oneOf(['Client', 'ReadClient', 'UploadClient']);
  const nodes = Array.from({ length: 2 + draws.below(8) }, (_, i) =>
    randomNode(draws, i === 0 ? first : draws.oneOf(pool), `n${i}`),
  );
  return { nodes, edges: randomEdges(draws, nodes, 0.6) };
}

function randomNode(draws: Draws, kind: string, id: string): Members {
  const choices = definitions['Node']!['oneOf'] as readonly Schema[];
  const node = choices.find((choice) => memberOf(choice, 'kind')['const'] === kind)!;
  const config = randomValue(draws, memberOf(node, 'config'), schema) as Members;
  return { id, kind, config: slowed(draws, kind, config) };
}

/** A few hundred requests a second, whatever the kind of client asks for by default. */
function slowed(draws: Draws, kind: string, config: Members): Members {
  const arrivals = (): Json =>
    draws.chance(0.8)
      ? { process: 'poisson', ratePerSecond: 1 + draws.below(MOST_REQUESTS) }
      : {
          process: 'closed',
          users: 1 + draws.below(20),
          thinkTime: { distribution: 'exponential', meanMs: 20 },
        };
  switch (kind) {
    case 'Client':
      return { flow: 'work', operation: draws.oneOf(['read', 'write']), arrivals: arrivals() };
    case 'ReadClient':
      return { ...config, feedRead: arrivals(), postDetail: draws.chance(0.5) ? arrivals() : null };
    case 'UploadClient':
      return {
        ...config,
        photoUpload: arrivals(),
        like: draws.chance(0.5) ? arrivals() : null,
        comment: draws.chance(0.5) ? arrivals() : null,
      };
    default:
      return config;
  }
}

const nameOf = (node: Members): string => node['id'] as string;
const kindOf = (node: Members): string => node['kind'] as string;
const allowed = (source: Members, target: Members): boolean =>
  connect(kindOf(source), kindOf(target)).allowed;

function randomEdges(draws: Draws, nodes: readonly Members[], share: number): Members[] {
  return nodes.flatMap((source, i) =>
    nodes
      // Forward, or the calls would go in circles.
      .slice(i + 1)
      .filter((target) => allowed(source, target) && draws.chance(share))
      .map((target) => randomEdge(draws, source, target)),
  );
}

function randomEdge(draws: Draws, source: Members, target: Members): Members {
  const config = draws.chance(0.3) ? randomValue(draws, definitions['EdgeConfig']!, schema) : {};
  return { source: nameOf(source), target: nameOf(target), config };
}

/** Designs that are written out, with all their nodes and edges. */
const written = builtins
  .map(({ id }) => (findBuiltin(id) as { design: { nodes?: Members[]; edges?: Members[] } }).design)
  .filter((design): design is Design => design.nodes !== undefined);

function fromBuiltin(draws: Draws): Design {
  // A copy, for it is changed; built-in files are JSON.
  const { nodes, edges } = JSON.parse(JSON.stringify(draws.oneOf(written))) as Design;
  for (const node of nodes) {
    const config = (node['config'] ?? {}) as Members;
    const changed = draws.chance(0.4) ? (randomNode(draws, kindOf(node), 'x')['config'] as Members) : {};
    node['config'] = slowed(draws, kindOf(node), { ...config, ...changed });
  }
  const left = nodes.filter(() => !draws.chance(0.06));
  const names = new Set(left.map(nameOf));
  const kept = edges.filter(
    (edge) =>
      names.has(edge['source'] as string) && names.has(edge['target'] as string) && !draws.chance(0.06),
  );
  const added = randomEdges(draws, left, 0.03).filter((edge) => !kept.some((other) => sameEnds(edge, other)));
  return { nodes: left, edges: [...kept, ...added] };
}

const sameEnds = (a: Members, b: Members): boolean =>
  a['source'] === b['source'] && a['target'] === b['target'];

function randomEvent(draws: Draws, index: number, design: Design): Members {
  const event = randomValue(draws, definitions['TimelineEntry']!, schema) as Members;
  return {
    ...event,
    id: `event-${index}`,
    atSeconds: SECONDS * 0.8 * draws.next(),
    ...('target' in event ? { target: randomTarget(draws, event, design) } : {}),
    ...('durationSeconds' in event ? { durationSeconds: 0.01 + SECONDS * 0.5 * draws.next() } : {}),
    ...(event['kind'] === 'whale-post' ? { author: null, followers: 1 + draws.below(1_000_000) } : {}),
  };
}

function randomTarget(draws: Draws, event: Members, { nodes, edges }: Design): string {
  // Of a small design everything may have been taken away.
  if (nodes.length === 0) return 'nobody';
  if (event['kind'] !== 'network-partition' || edges.length === 0) return nameOf(draws.oneOf(nodes));
  const { source, target } = draws.oneOf(edges) as { source: string; target: string };
  return `${source}->${target}`;
}

function problemsOf(file: unknown): readonly Problem[] {
  try {
    checkScenario(file, { find: findBuiltin });
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems.filter(({ severity }) => severity === 'error');
    throw error;
  }
}

/** Gives the part that a problem names what it lacks, or takes it away. */
function mend(draws: Draws, file: RandomFile, { path, code }: Problem, round: number): void {
  const { design, timeline } = file;
  const event = /^timeline\[(\d+)\](?:\.(\w+))?/.exec(path);
  if (event !== null) {
    const entry = timeline[Number(event[1])]!;
    if (event[2] === 'target' && round < ROUNDS / 2) entry['target'] = randomTarget(draws, entry, design);
    else timeline.splice(Number(event[1]), 1);
    return;
  }
  const edge = /^design\.edges\[(\d+)\](?:\.config\.(\w+))?/.exec(path);
  if (edge !== null) {
    const at = Number(edge[1]);
    if (edge[2] === undefined) design.edges.splice(at, 1);
    else without(design.edges[at]!, edge[2]);
    return;
  }
  const named = /^design\.nodes\[(\d+)\](?:\.config\.(\w+))?/.exec(path);
  if (named === null) {
    if (code === 'FL-no-client') design.nodes.unshift(randomNode(draws, 'Client', `added${round}`));
    return;
  }
  const node = design.nodes[Number(named[1])]!;
  if (named[2] !== undefined) without(node, named[2]);
  else if (code === 'FL-missing-neighbour' && round < (2 * ROUNDS) / 3)
    addNeighbour(draws, design, node, round);
  else if (code === 'FL-too-many-targets')
    design.edges.splice(
      design.edges.findIndex((wire) => wire['source'] === nameOf(node)),
      1,
    );
  else if (code === 'FL-duplicate-id' && kindOf(node) === 'Client')
    (node['config'] as Members)['flow'] = `work-${round}`;
  else remove(design, node);
}

/** Takes a member of the configuration away: its default is valid. */
function without(part: Members, member: string): void {
  const config = Object.entries(part['config'] as Members);
  part['config'] = Object.fromEntries(config.filter(([name]) => name !== member));
}

/** One of the neighbours without which the kind can do nothing, there already or new. */
function addNeighbour(draws: Draws, design: Design, node: Members, round: number): void {
  const lacking = (kinds[kindOf(node)]!.needs ?? []).filter(
    (rule) =>
      !design.edges.some((wire) => {
        const [near, far] = rule.side === 'target' ? ['source', 'target'] : ['target', 'source'];
        const other = design.nodes.find((candidate) => nameOf(candidate) === wire[far!]);
        return wire[near!] === nameOf(node) && other !== undefined && rule.kinds.includes(kindOf(other));
      }),
  );
  const rule = lacking[0];
  if (rule === undefined) return remove(design, node);
  const there = design.nodes.filter((other) => other !== node && rule.kinds.includes(kindOf(other)));
  let neighbour = there.length > 0 ? draws.oneOf(there) : undefined;
  if (neighbour === undefined) {
    neighbour = randomNode(draws, draws.oneOf(rule.kinds), `added${round}`);
    design.nodes.push(neighbour);
  }
  const wire =
    rule.side === 'target' ? randomEdge(draws, node, neighbour) : randomEdge(draws, neighbour, node);
  design.edges.push(wire);
}

function remove(design: Design, node: Members): void {
  design.nodes.splice(design.nodes.indexOf(node), 1);
  const name = nameOf(node);
  design.edges = design.edges.filter((wire) => wire['source'] !== name && wire['target'] !== name);
}
