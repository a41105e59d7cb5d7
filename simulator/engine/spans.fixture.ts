import type { Scenario } from '../../scenarios/index.ts';
import { compile, type CompileOptions } from '../compile/compile.ts';
import type { Exemplar } from '../statistics/index.ts';
import { exemplarOf } from './exemplars.ts';
import type { Memory } from './memory.ts';
import { Run } from './run.ts';
import type { OpenSpan } from './open-span.ts';

/** A request that was traced, whether it would have been kept as an exemplar or not. */
export interface TracedRequest extends Exemplar {
  readonly flow: string;
  /** Which request it is, in any run of the scenario. */
  readonly id: string;
}

export interface TracedRun {
  readonly run: Run;
  readonly requests: readonly TracedRequest[];
}

/** Runs a scenario and takes every request that was traced when it ends. */
export function traceAll(
  scenario: Scenario,
  {
    options,
    memory,
    seed = scenario.run.seed,
    events = Infinity,
  }: {
    readonly options?: CompileOptions;
    readonly memory?: Memory;
    readonly seed?: number;
    readonly events?: number;
  } = {},
): TracedRun {
  const model = compile(scenario, options);
  const ended: { readonly root: OpenSpan; readonly latencyNs: number }[] = [];
  const run = new Run(model, seed, memory, 'exemplified');
  const exemplars = run['exemplars']!;
  exemplars.wants = () => true;
  exemplars.offer = (root, latencyNs) => void ended.push({ root, latencyNs });
  exemplars.leaveOut = (flow) => {
    throw new Error(`A request of ${model.flows[flow]!.id} was left out.`);
  };
  run.advance({ events });
  const requests = ended.map(({ root, latencyNs }) => ({
    ...exemplarOf(root, latencyNs, model),
    flow: model.flows[root.request.flow]!.id,
    id: `${root.request.flow} ${root.fromNs} ${root.request.draw}`,
  }));
  return { run, requests };
}
