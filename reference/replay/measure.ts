import type { Scenario } from '../../scenarios/index.ts';
import { failureCodes, type Result } from '../../simulator/index.ts';
import {
  Collector,
  emptyTotals,
  planCuts,
  summarize,
  toNs,
  type ComponentLayout,
} from '../../simulator/statistics/index.ts';
import type { History } from '../load/index.ts';
import { measuredFlows, samplesOf, type Sample } from './samples.ts';

const NS_PER_MS = 1e6;

/** Components of which clients see something: what they hit, and how much they answered. */
const seen = { FeedCache: 'feed-read', CDN: 'image-view' } as const;

/** What of a result real parts give: an expectation about anything else is not judged. */
const measuredMembers = /^components\.[^.]+\.(hitRatio|throughputPerSecond)$/;

export interface Measurement {
  /** In the simulator's format; `engine` is `reference`. */
  readonly result: Result;
  /** Ids of expectations about figures that only the simulator has. */
  readonly notMeasured: readonly string[];
}

/**
 * The figures of a history, by the simulator's own statistics: warm-up, phases, windows, percentiles,
 * recovery. Counts are of requests, as their clients saw them; there is nothing of servers in it.
 *
 * @param wallSeconds Time that the whole replay took.
 */
export function measure(
  scenario: Scenario,
  history: History,
  { seed, wallSeconds }: { readonly seed: number; readonly wallSeconds: number },
): Measurement {
  const flows = flowsOf(scenario);
  const nodes = scenario.design.nodes.filter(({ kind }) => kind in seen);
  const layout = {
    flows: flows.map((id) => ({ id, timeCells: [] })),
    components: nodes.map(({ id }): ComponentLayout => ({ ...nothingMeasured, id })),
  };
  const judged = scenario.expectations.filter(({ metric }) => isMeasured(metric, flows));
  const asked = { ...scenario, expectations: judged };
  const collector = new Collector(asked, layout, seed);
  const { cuts } = planCuts(asked);
  const cells = Array.from({ length: cuts.length - 1 }, () => emptyTotals(layout));
  const endNs = cuts[cuts.length - 1]!;
  const cellAt = (ns: number) => cells[cellIndex(cuts, ns)]!;

  for (const sample of samplesOf(history)) {
    const flow = flows.indexOf(sample.flow);
    const arrivedNs = toNs(sample.arrivedMs / 1000);
    const endedNs = toNs(sample.endedMs / 1000);
    if (flow < 0 || arrivedNs >= endNs) continue;
    cellAt(arrivedNs).flows[flow]!.arrivals += 1;
    if (endedNs < endNs) count(cellAt(endedNs).flows[flow]!, sample);
  }
  for (const operation of history.operations) {
    const endedNs = toNs(operation.endedMs / 1000);
    if (operation.outcome !== 'ok' || endedNs >= endNs) continue;
    for (const [index, { kind }] of nodes.entries()) {
      if (operation.kind !== seen[kind as keyof typeof seen]) continue;
      const component = cellAt(endedNs).components[index]!;
      component.finished += 1;
      if (isHit(operation)) component.hits += 1;
      else component.misses += 1;
    }
  }

  const inFlight = new Float64Array(flows.length);
  for (const [index, cell] of cells.entries()) {
    for (const [i, flow] of cell.flows.entries()) {
      const failed = flow.failed.reduce((sum, n) => sum + n, 0);
      inFlight[i]! += flow.arrivals - flow.completed - failed - flow.rateLimited;
      flow.inFlightAtEnd = inFlight[i]!;
    }
    collector.closeCell(cuts[index]!, cuts[index + 1]!, cell);
  }
  const record = collector.record({ events: history.operations.length, stopped: null });
  const summary = summarize(asked, [{ ...record, wallSeconds }]);
  return {
    result: { ...withoutMoney(summary), engine: 'reference' },
    notMeasured: scenario.expectations
      .filter((expectation) => !judged.includes(expectation))
      .map(({ id }) => id),
  };
}

const nothingMeasured = {
  hasServers: false,
  hasCpu: false,
  hasQueue: false,
  hasCache: true,
  hasLog: false,
  shards: 0,
  keys: null,
  counters: [],
} as const satisfies Omit<ComponentLayout, 'id'>;

/** Flows that the clients of the design make; a whale posts and is liked whatever the ordinary flows are. */
function flowsOf({ design, timeline }: Scenario): readonly string[] {
  const made = new Set<string>();
  for (const { kind, config } of design.nodes) {
    if (kind === 'ReadClient') {
      if (config['feedRead'] !== null) made.add('feed-read').add('image-view');
      if (config['postDetail'] !== null) made.add('post-detail');
    } else if (kind === 'UploadClient') {
      const posts = timeline.some((entry) => entry.kind === 'whale-post');
      const liked = posts || timeline.some((entry) => entry.kind === 'viral-post');
      if (config['photoUpload'] !== null || posts) made.add('photo-upload').add('media-transfer');
      if (config['like'] !== null || liked) made.add('like');
      if (config['comment'] !== null) made.add('comment');
    }
  }
  return measuredFlows.filter((flow) => made.has(flow));
}

function isMeasured(metric: string, flows: readonly string[]): boolean {
  const [root, name] = metric.split('.');
  if (root === 'flows' || root === 'recoveryMs')
    return flows.some((flow) => (root === 'flows' ? name === flow : metric.endsWith(`.${flow}`)));
  if (root === 'phases') return isMeasured(metric.split('.').slice(2).join('.'), flows);
  return measuredMembers.test(metric);
}

function isHit(operation: History['operations'][number]): boolean {
  if (operation.kind === 'feed-read') return operation.source === 'cache';
  // Of either tier: the origin is what a miss asks.
  return operation.kind === 'image-view' && operation.cache !== 'origin';
}

type FlowCounts = ReturnType<typeof emptyTotals>['flows'][number];

function count(flow: FlowCounts, { outcome, latencyMs }: Sample): void {
  const latencyNs = Math.max(0, Math.floor(latencyMs * NS_PER_MS + 0.5));
  if (outcome === 'completed') {
    flow.completed += 1;
    flow.latency.record(latencyNs);
  } else if (outcome === 'rateLimited') flow.rateLimited += 1;
  else {
    flow.failed[failureCodes.indexOf(outcome)]! += 1;
    flow.failedLatency.record(latencyNs);
  }
}

/** Number of the cell that holds a time; a time at a cut belongs to the cell that begins there. */
function cellIndex(cuts: Float64Array, ns: number): number {
  let low = 0;
  let high = cuts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! <= ns) low = middle;
    else high = middle;
  }
  return low;
}

/** Nobody rents this. */
function withoutMoney({ money: _money, components, ...rest }: Result): Result {
  return {
    ...rest,
    components: Object.fromEntries(
      Object.entries(components).map(
        ([id, { moneyPerMonth: _, egressBytesPerSecond: _bytes, ...figures }]) => [id, figures],
      ),
    ),
  };
}
