import type { z } from './zod.ts';
import { turnConsumers } from './apply-changes.ts';
import { withEdgeDefaults } from './complete.ts';
import type { Draft } from './draft.ts';
import { check } from './explain.ts';
import { edgeConfig } from './format/edges.ts';
import { population as populationSchema } from './format/population.ts';
import { run as runSchema } from './format/run.ts';
import { isObject, type Path } from './json-path.ts';
import { findKind } from './kinds/index.ts';
import { readEvents } from './events.ts';
import { readExpectations } from './metrics.ts';
import type { Report } from './report.ts';
import type { Edge, EdgeConfig, Node, Scenario } from './scenario.ts';
import { checkStructure } from './structure.ts';

/**
 * Checks every value of a draft and fills in the defaults. Null when something is wrong; the report
 * then holds every problem, each where its author can mend it.
 */
export function resolve(
  { id, title, description, draft }: { id: string; title: string; description: string; draft: Draft },
  report: Report,
): Scenario | null {
  turnConsumers(draft, report);
  const nodes = readNodes(draft, report);
  const edges = readEdges(draft, report);
  checkStructure(draft, new Map(nodes.map((node) => [node.id, node])), report);
  const population = parse(populationSchema, draft.population, ['population'], draft, report);
  const run = parse(runSchema, draft.run, ['run'], draft, report);
  const timeline = readEvents(draft, { nodes, edges, population, run }, report);
  const expectations = readExpectations(draft, { timeline, run }, report);
  if (run !== null) checkAutoWarmup(draft, nodes, run.warmupSeconds, report);
  if (report.hasErrors || population === null || run === null) return null;
  return { id, title, description, design: { nodes, edges }, population, timeline, run, expectations };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  address: Path,
  draft: Draft,
  report: Report,
): z.output<Schema> | null {
  const checked = check<z.output<Schema>>(schema as unknown as z.ZodType<z.output<Schema>>, value);
  if (checked.ok) return checked.value;
  for (const { path, code, message, fix } of checked.findings) {
    report.error(draft.locate([...address, ...path]), code, message, fix);
  }
  return null;
}

/** Nodes whose configuration is complete and valid. */
function readNodes(draft: Draft, report: Report): Node[] {
  const nodes: Node[] = [];
  for (const { id, kind, config, position } of draft.nodes.values()) {
    const definition = findKind(kind);
    if (definition === undefined) continue;
    const complete = parse(definition.config, config, [id], draft, report);
    if (!isObject(complete)) continue;
    nodes.push({ id, kind, config: complete, ...(position === undefined ? {} : { position }) });
  }
  return nodes;
}

function readEdges(draft: Draft, report: Report): Edge[] {
  const edges: Edge[] = [];
  for (const edge of draft.edges.values()) {
    const config: EdgeConfig | null = parse(
      edgeConfig,
      withEdgeDefaults(draft, edge),
      [edge.id],
      draft,
      report,
    );
    if (config !== null) edges.push({ id: edge.id, source: edge.source, target: edge.target, config });
  }
  return edges;
}

/** MSER-5 takes the rest of the run for steady, which events and profiles make untrue. */
function checkAutoWarmup(draft: Draft, nodes: readonly Node[], warmup: unknown, report: Report): void {
  if (warmup !== 'auto') return;
  const profiled = nodes.find((node) => hasProfile(node.config));
  if (draft.timeline.length === 0 && profiled === undefined) return;
  report.error(
    draft.locate(['run', 'warmupSeconds']),
    'FL-warmup',
    profiled === undefined
      ? 'The warm-up cannot be "auto" with events on the timeline, because the load is not steady.'
      : `The warm-up cannot be "auto" with a profile (node "${profiled.id}"), because the load is not steady.`,
    'Give `warmupSeconds` as a number.',
  );
}

function hasProfile(value: unknown): boolean {
  if (!isObject(value)) return Array.isArray(value) && value.length <= 100 && value.some(hasProfile);
  return 'process' in value ? value['profile'] !== undefined : Object.values(value).some(hasProfile);
}
