import { formatName, formatVersion } from './format/envelope.ts';
import { copyJson, type JsonObject } from './json-path.ts';
import type { Scenario } from './scenario.ts';

/** The file of a resolved scenario: everything written out, nothing extended. Parses to the same scenario. */
export function scenarioFile(scenario: Scenario): JsonObject {
  const { id, title, description, design, population, timeline, run, expectations } = scenario;
  const edges = design.edges.map(({ source, target, config }) => ({ source, target, config }));
  return copyJson({
    format: formatName,
    version: formatVersion,
    id,
    title,
    description,
    design: { nodes: design.nodes, edges },
    population,
    timeline,
    run,
    expectations,
  });
}
