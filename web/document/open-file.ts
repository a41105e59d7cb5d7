import {
  findBuiltin,
  InputError,
  parseScenario,
  scenarioFile,
  type Problem,
  type Scenario,
} from '../../scenarios/index.ts';
import { arrange } from './arrange.ts';
import type { Draft, JsonObject, Overrides } from './draft.ts';

export type Opened =
  | { readonly ok: true; readonly draft: Draft; readonly notes: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads the text of a scenario file into a draft. `extends` is written out and every default filled
 * in, because the canvas draws what the file means; `short` and `reference` stay as they are.
 * All or nothing: a file with an error gives its problems and no draft.
 */
export function openText(text: string, file?: string): Opened {
  try {
    const { scenario, notes } = parseScenario(text, {
      find: findBuiltin,
      ...(file === undefined ? {} : { file }),
    });
    return { ok: true, draft: toDraft(scenario, JSON.parse(text) as JsonObject), notes };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, problems: error.problems };
    throw error;
  }
}

/** A built-in scenario or design by its id. */
export function openBuiltin(id: string): Opened {
  return openText(JSON.stringify(findBuiltin(id) ?? null), `${id}.json`);
}

function toDraft(scenario: Scenario, file: JsonObject): Draft {
  const written = scenarioFile(scenario) as unknown as Draft;
  const { nodes, edges } = written.design;
  const placed = scenario.design.nodes.every((node) => node.position !== undefined);
  const arranged = placed ? null : arrange(written.design);
  return {
    ...written,
    design: {
      nodes: arranged ? nodes.map((node) => ({ ...node, position: arranged.get(node.id)! })) : nodes,
      edges,
    },
    ...(file.short === undefined ? {} : { short: file.short as Overrides }),
    ...(file.reference === undefined ? {} : { reference: file.reference as Overrides }),
  };
}
