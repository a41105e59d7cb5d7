import type { Scenario } from '../../scenarios/index.ts';
import type { ComponentFigures, Result } from '../result.ts';

/** How busy a resource of a component was, and by what factor its load could grow. */
export interface Headroom {
  readonly component: string;
  readonly resource:
    'servers' | 'cores' | 'busiest shard' | 'reads of the hottest key' | 'writes of the hottest key';
  /** Share of its capacity in use over the whole run; above 1: asked for more than it can do. */
  readonly busy: number;
  /** The same in the phase in which it was the busiest. */
  readonly worst: { readonly phase: string; readonly busy: number };
  /**
   * Factor by which the load can grow until the resource is full, in that phase, if everything grows
   * alike (utilisation law: Denning & Buzen 1978); below 1: it is too small already.
   */
  readonly headroom: number;
}

/**
 * Every resource that can be full, the one that will be the first: the bottleneck of the design. A server
 * that is held while it calls counts as busy, for nobody else can have it.
 */
export function headroomOf(scenario: Scenario, result: Result): Headroom[] {
  const windows = Object.entries(result.phases).filter(
    ([, { fromSeconds, toSeconds }]) => toSeconds > fromSeconds,
  );
  return Object.entries(result.components)
    .flatMap(([component, figures]) => {
      const config = scenario.design.nodes.find(({ id }) => id === component)?.config ?? {};
      return resourcesOf(figures, config).map(({ resource, busy }): Headroom => {
        const inPhases = windows.map(([phase, { components }]) => ({
          phase,
          busy:
            resourcesOf(components[component] ?? figures, config).find((other) => other.resource === resource)
              ?.busy ?? 0,
        }));
        const worst = [{ phase: 'whole run', busy }, ...inPhases].reduce((a, b) => (b.busy > a.busy ? b : a));
        return { component, resource, busy, worst, headroom: 1 / worst.busy };
      });
    })
    .filter(({ worst }) => worst.busy > 0)
    .sort((a, b) => a.headroom - b.headroom);
}

type Use = Pick<Headroom, 'resource' | 'busy'>;

function resourcesOf(figures: ComponentFigures, config: Readonly<Record<string, unknown>>): Use[] {
  const uses: Use[] = [];
  if (figures.utilization !== null) uses.push({ resource: 'servers', busy: figures.utilization });
  if (figures.cpuUtilization !== undefined) uses.push({ resource: 'cores', busy: figures.cpuUtilization });
  if (figures.shards !== undefined && figures.shards.length > 1)
    uses.push({
      resource: 'busiest shard',
      busy: Math.max(...figures.shards.map((shard) => shard.utilization)),
    });
  const key = figures.hottestKey;
  const limit = (name: string): number | null => (typeof config[name] === 'number' ? config[name] : null);
  const reads = limit('keyReadsPerSecond');
  const writes = limit('keyWritesPerSecond');
  if (key && reads !== null)
    uses.push({ resource: 'reads of the hottest key', busy: key.offeredReadsPerSecond / reads });
  if (key && writes !== null)
    uses.push({ resource: 'writes of the hottest key', busy: key.offeredWritesPerSecond / writes });
  return uses;
}
