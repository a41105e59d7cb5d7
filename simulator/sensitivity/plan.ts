import { parametersOf, scaleParameter } from '../../scenarios/index.ts';
import type { Parameter, Scaled, Scenario } from '../../scenarios/index.ts';
import type { Result, SensitivityLeftOut } from '../result.ts';
import { headroomOf } from '../verdicts/headroom.ts';

/** What each parameter is multiplied by, one after the other: up and down by the same step. */
export const factors = [1.25, 0.8] as const;

/** One parameter with another value, and nothing else changed. */
export interface Change extends Scaled {
  readonly parameter: Parameter;
}

/** What is worth a try, and what is not. */
export interface Plan {
  readonly scenario: Scenario;
  readonly flow: string;
  /** Numbers that the design sets. */
  readonly parameters: number;
  readonly changes: readonly Change[];
  readonly leftOut: readonly SensitivityLeftOut[];
}

/**
 * Narrows all parameters of a design to those that may matter to a flow, by what a run of it recorded:
 * where its requests spent time (the time ledger), how busy every resource was (headroom), how long the slowest
 * request took, and whether any failed.
 *
 * @param result Of one or more runs of the scenario.
 */
export function planSensitivity(
  scenario: Scenario,
  result: Result,
  { flow }: { readonly flow: string },
): Plan {
  const all = parametersOf(scenario);
  const rules = rulesOf(scenario, result, flow);
  const leftOut = new Map<string, string[]>();
  const leave = (why: string, { path }: Parameter): void => {
    leftOut.set(why, [...(leftOut.get(why) ?? []), path]);
  };
  const changes = all.flatMap((parameter) => {
    const rule = rules.find(({ holds }) => holds(parameter));
    if (rule !== undefined) {
      leave(rule.why, parameter);
      return [];
    }
    const possible = factors.flatMap((factor): Change[] => {
      const scaled = scaleParameter(parameter, factor);
      return scaled === null ? [] : [{ parameter, ...scaled }];
    });
    if (possible.length === 0) leave('its bounds leave it no other value', parameter);
    return possible;
  });
  return {
    scenario,
    flow,
    parameters: all.length,
    changes,
    leftOut: [...leftOut].map(([why, parameters]) => ({ why, parameters })),
  };
}

// ---- what cannot matter ----------------------------------------------------------------------------------------

interface Rule {
  readonly why: string;
  readonly holds: (parameter: Parameter) => boolean;
}

/** Below this share of its capacity in use, and with nobody waiting, a fifth less of a resource is still enough. */
const idle = 0.3;

function rulesOf(scenario: Scenario, result: Result, flow: string): readonly Rule[] {
  const near = nearTo(scenario, result, flow);
  const unhurried = withoutWaits(scenario, result);
  const slowestMs = slowestRequestMs(result);
  const failed = hasFailures(result);
  const edges = new Map(scenario.design.edges.map((edge) => [edge.id, edge]));
  const chooses = (source: string): boolean =>
    scenario.design.nodes.find(({ id }) => id === source)?.config['calls'] === 'any';
  const member = ({ path, owner }: Parameter): string => path.slice(owner.length + 1);
  return [
    {
      why: `no request of ${flow} spent time there, nor does it share an edge with where one did`,
      holds: ({ owner }) => {
        const edge = edges.get(owner);
        return edge === undefined ? !near.has(owner) : !(near.has(edge.source) && near.has(edge.target));
      },
    },
    {
      why: 'it chooses between edges, which its source does not',
      holds: (parameter) => member(parameter) === 'weight' && !chooses(edges.get(parameter.owner)!.source),
    },
    {
      why: 'no request of any flow took as long as this time-out, or as four fifths of it',
      holds: ({ path, value }) => /timeoutMs$/i.test(path) && value * Math.min(...factors) > slowestMs,
    },
    {
      why: 'no request failed or was tried again',
      holds: (parameter) => /^(retries|circuitBreaker)\./.test(member(parameter)) && !failed,
    },
    {
      why: `it says how much can be done at a time, where at most ${100 * idle} % was in use and nobody waited`,
      holds: (parameter) => capacities.has(member(parameter)) && unhurried.has(parameter.owner),
    },
  ];
}

/** Members that say how many there are of what works. */
const capacities: ReadonlySet<string> = new Set([
  'servers',
  'workers',
  'connections',
  'instances',
  'threads',
  'cores',
  'shards',
  'partitions',
  'concurrency',
  'brokers',
  'threadsPerBroker',
  'prefixes',
]);

/** Nodes in the time ledger of the flow, in any phase, and what has an edge with one of them. */
function nearTo({ design }: Scenario, { flows, phases }: Result, flow: string): ReadonlySet<string> {
  const windows = [flows, ...Object.values(phases).map((phase) => phase.flows)];
  const there = new Set(
    windows.flatMap((window) =>
      Object.entries(window[flow]?.timeByComponentMs ?? {})
        .filter(([, times]) => Object.values(times).some((ms) => ms > 0))
        .map(([component]) => component),
    ),
  );
  // Nothing succeeded, or nobody was traced: all of it may matter.
  if (there.size === 0) return new Set(design.nodes.map(({ id }) => id));
  const neighbours = design.edges.flatMap(({ source, target }) =>
    there.has(source) || there.has(target) ? [source, target] : [],
  );
  return new Set([...there, ...neighbours]);
}

/** Components in which everything had room and nobody waited, in any phase. */
function withoutWaits(scenario: Scenario, result: Result): ReadonlySet<string> {
  const busy = new Set(
    headroomOf(scenario, result)
      .filter(({ worst }) => worst.busy > idle)
      .map(({ component }) => component),
  );
  const windows = [result, ...Object.values(result.phases)];
  return new Set(
    Object.keys(result.components).filter((id) => {
      const waited = windows.some(({ components }) => (components[id]?.waitMs.p99 ?? 0) > 0);
      return !waited && !busy.has(id);
    }),
  );
}

/** No call lasts longer than the request that it is made for. */
function slowestRequestMs({ flows }: Result): number {
  const slowest = Object.values(flows).map(({ latencyMs, failedLatencyMs }) =>
    Math.max(latencyMs.max ?? 0, failedLatencyMs?.max ?? 0),
  );
  return Math.max(0, ...slowest);
}

function hasFailures({ flows }: Result): boolean {
  return Object.values(flows).some(({ counts, timeMs }) => counts.failed > 0 || (timeMs?.retry ?? 0) > 0);
}
