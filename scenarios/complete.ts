import type { Draft, DraftEdge, DraftNode } from './draft.ts';
import { edgeConfig } from './format/edges.ts';
import { population } from './format/population.ts';
import { run } from './format/run.ts';
import { timelineEntry } from './format/timeline.ts';
import { isObject, type JsonObject } from './json-path.ts';
import { findKind } from './kinds/index.ts';
import type { EdgeDefaults } from './kinds/kind.ts';
import type { z } from './zod.ts';

/**
 * Fills in defaults before `set` reaches into a value, so that a path may lead through a member that
 * the file leaves to its default. A value that is not valid stays as it is; it is reported later.
 */
function complete(schema: z.ZodType, value: JsonObject): JsonObject {
  const parsed = schema.safeParse(value);
  return parsed.success && isObject(parsed.data) ? parsed.data : value;
}

export function completeNode(node: DraftNode): JsonObject {
  const kind = findKind(node.kind);
  return kind === undefined ? node.config : complete(kind.config, node.config);
}

export function completeEdge(draft: Draft, edge: DraftEdge): JsonObject {
  return complete(edgeConfig, withEdgeDefaults(draft, edge));
}

/** An edge's configuration over what edges between these two kinds have by default. */
export function withEdgeDefaults(draft: Draft, edge: DraftEdge): JsonObject {
  const defaults = edgeDefaults(draft.nodes.get(edge.source)?.kind, draft.nodes.get(edge.target)?.kind);
  if (defaults === undefined) return edge.config;
  return {
    latency: { distribution: 'constant', ms: defaults.latencyMs },
    timeoutMs: defaults.timeoutMs,
    ...edge.config,
  };
}

function edgeDefaults(source: string | undefined, target: string | undefined): EdgeDefaults | undefined {
  const all = source === undefined ? undefined : findKind(source)?.edgeDefaults;
  if (all === undefined || target === undefined || !Object.hasOwn(all, target)) return undefined;
  return all[target];
}

export function completeRun(value: JsonObject): JsonObject {
  return complete(run, value);
}

export function completePopulation(value: JsonObject): JsonObject {
  return complete(population, value);
}

export function completeEvent(value: unknown): unknown {
  return isObject(value) ? complete(timelineEntry, value) : value;
}
