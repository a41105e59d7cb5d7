import { checkScenario, findBuiltin } from '../../scenarios/index.ts';
import type { Scenario } from '../../scenarios/index.ts';
import { compile, type CompileOptions } from '../compile/compile.ts';
import { summarize, type RunRecord } from '../statistics/index.ts';
import type { Result } from '../result.ts';
import { Run } from './run.ts';

/** A scenario from the parts that a test cares about. */
export function scenarioOf(parts: {
  readonly nodes: readonly { readonly id: string; readonly kind: string; readonly config?: object }[];
  readonly edges: readonly { readonly source: string; readonly target: string; readonly config?: object }[];
  readonly durationSeconds?: number;
  readonly timeline?: readonly object[];
}): Scenario {
  const file = {
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'test',
    title: 'Test',
    description: 'Test',
    design: { nodes: parts.nodes, edges: parts.edges },
    timeline: parts.timeline ?? [],
    run: { durationSeconds: parts.durationSeconds ?? 10, warmupSeconds: 0, seed: 1 },
  };
  return checkScenario(file, { find: findBuiltin }).scenario;
}

export function recordOf(scenario: Scenario, options?: CompileOptions, seed = scenario.run.seed): RunRecord {
  const run = new Run(compile(scenario, options), seed);
  run.advance();
  return run.record();
}

export function resultOf(scenario: Scenario, options?: CompileOptions, seed?: number): Result {
  return summarize(scenario, [recordOf(scenario, options, seed)]);
}
