import type {
  ComponentFigures,
  FailureCode,
  FlowFigures,
  PhaseFigures,
  Result,
} from '../../simulator/index.ts';
import { formatCount, formatMs, formatPercent, formatPerSecond, formatSeconds } from '../ui/index.ts';

/** One thing that a run showed, in plain words; taken from the result's figures alone. */
export interface Fact {
  readonly level: 'good' | 'warn' | 'bad' | 'note';
  /** When it began; null: true of the whole run. */
  readonly atSeconds: number | null;
  readonly text: string;
}

/** A flow changed when its p99 grew by more than half: less is within what load does by itself. */
const brokeFactor = 1.5;
const busy = 0.9;
/** Failures that are worth a sentence. */
const leastErrorRatio = 0.001;
/** A key is short of capacity when it serves this much less than it is asked for. */
const servedShare = 0.95;
/** A backlog grows when it ends this much above where it began. */
const growthFactor = 1.5;
const leastBacklog = 100;

/**
 * What happened, first cause first. What an event brought about stands before what was so from the
 * start, and each group is in the order of time; last comes what stayed as it was.
 */
export function factsOf(
  result: Result,
  flows: readonly string[] = Object.keys(result.flows),
): readonly Fact[] {
  const events = eventPhases(result);
  const found = [
    ...hotKeys(result, events),
    ...failures(result, flows, events),
    ...busyComponents(result, events),
    ...slowFlows(result, flows, events),
    ...growingBacklogs(result),
  ].sort((a, b) => (a.atSeconds ?? Infinity) - (b.atSeconds ?? Infinity));
  const firstEvent = Math.min(...events.map(({ during }) => during.fromSeconds));
  const isFromStart = ({ atSeconds }: Fact): boolean => atSeconds === null || atSeconds < firstEvent - 1;
  const facts = [
    ...stops(result),
    ...result.verdicts.map(({ atSeconds, text }): Fact => ({ level: 'bad', atSeconds, text })),
    ...found.filter((fact) => !isFromStart(fact)),
    ...found.filter(isFromStart),
    ...unharmed(flows, events),
  ];
  return facts.length === 0 ? [calm(result)] : facts;
}

function stops({ stopped }: Result): readonly Fact[] {
  if (!stopped) return [];
  const { atSeconds, component } = stopped;
  const text = `The run stopped at ${formatSeconds(atSeconds)}: more requests were in flight than it may hold, most of them at ${component}.`;
  return [{ level: 'bad', atSeconds, text }];
}

interface EventPhase {
  readonly id: string;
  readonly during: PhaseFigures;
  readonly before: PhaseFigures;
}

function eventPhases({ phases }: Result): readonly EventPhase[] {
  const before = phases.before;
  if (!before) return [];
  return Object.entries(phases).flatMap(([name, during]) =>
    name.startsWith('during:') && during.toSeconds > during.fromSeconds
      ? [{ id: name.slice('during:'.length), during, before }]
      : [],
  );
}

function hotKeys(result: Result, events: readonly EventPhase[]): readonly Fact[] {
  return Object.keys(result.components).flatMap((id): readonly Fact[] => {
    const windows =
      events.length > 0 ? events.map((event) => event.during.components[id]) : [result.components[id]];
    const key = windows.map((window) => window?.hottestKey).find((hottest) => hottest && isShort(hottest));
    if (!key) return [];
    const offered = columnOf(result, `components.${id}.hottestKey.offeredReadsPerSecond`);
    const served = columnOf(result, `components.${id}.hottestKey.servedReadsPerSecond`);
    const at = firstStep(result, (step) => {
      const wanted = offered[step];
      return typeof wanted === 'number' && wanted > 10 && (served[step] ?? 0) < wanted * servedShare;
    });
    const calm = events[0]?.before.components[id]?.hottestKey?.offeredReadsPerSecond;
    const peak = Math.max(...offered.map((value) => value ?? 0), key.offeredReadsPerSecond);
    const before = calm ? `, ${formatCount(peak / calm)} times what the hottest had before` : '';
    return [
      {
        level: 'bad',
        atSeconds: at,
        text: `One key of ${id} was asked for up to ${formatPerSecond(peak)} reads${before}, and served ${formatPerSecond(key.servedReadsPerSecond)}. A key lives in one partition: more partitions do not help it.`,
      },
    ];
  });
}

function isShort({
  offeredReadsPerSecond,
  servedReadsPerSecond,
}: NonNullable<ComponentFigures['hottestKey']>): boolean {
  return offeredReadsPerSecond > 10 && servedReadsPerSecond < offeredReadsPerSecond * servedShare;
}

function failures(result: Result, flows: readonly string[], events: readonly EventPhase[]): readonly Fact[] {
  return flows.flatMap((flow): readonly Fact[] => {
    const worst = worstOf(
      windowsOf(result, events).map(({ figures, where }) => ({ own: figures.flows[flow], where })),
      (own) => own.errorRatio ?? 0,
    );
    const ratio = worst?.own.errorRatio ?? 0;
    if (!worst || ratio < leastErrorRatio) return [];
    const errors = columnOf(result, `flows.${flow}.errorRatio`);
    return [
      {
        level: 'bad',
        atSeconds: firstStep(result, (step) => (errors[step] ?? 0) >= leastErrorRatio),
        text: `${formatPercent(ratio)} of ${flow} failed${worst.where}, most of them ${reasonOf(worst.own)}.`,
      },
    ];
  });
}

const reasons: Readonly<Record<FailureCode, string>> = {
  timeout: 'timed out',
  rejected: 'rejected by a full queue, a rate limit or load shedding',
  unavailable: 'refused as unavailable',
  notFound: 'not found',
};

function reasonOf({ errors }: FlowFigures): string {
  const codes = Object.keys(reasons) as FailureCode[];
  return reasons[codes.reduce((a, b) => (errors[b] > errors[a] ? b : a))];
}

/** p99 of enough requests to mean something; null otherwise. */
function wellMeasured(flow: FlowFigures | undefined): number | null {
  return flow && flow.latencyMs.count >= leastSamples ? flow.latencyMs.p99 : null;
}

const leastSamples = 200;
/** Nobody notices less. */
const leastChangeMs = 1;

function slowFlows(result: Result, flows: readonly string[], events: readonly EventPhase[]): readonly Fact[] {
  return events.flatMap(({ id, during, before }) =>
    flows.flatMap((flow): readonly Fact[] => {
      const calm = wellMeasured(before.flows[flow]);
      const hit = wellMeasured(during.flows[flow]);
      if (calm === null || hit === null || hit < calm * brokeFactor || hit - calm < leastChangeMs) return [];
      if (wasDrifting(result, flow, before)) return [];
      const p99 = columnOf(result, `flows.${flow}.latencyMs.p99`);
      const at = firstStep(
        result,
        (step, seconds) => seconds >= Math.floor(during.fromSeconds) && (p99[step] ?? 0) > calm * brokeFactor,
      );
      const recovery = result.recoveryMs[id]?.[flow];
      const after =
        recovery === undefined
          ? ''
          : recovery === null
            ? ' It did not recover within the run.'
            : ` It recovered ${formatMs(recovery)} after the event.`;
      return [
        {
          level: 'bad',
          atSeconds: at,
          text: `p99 of ${flow} went from ${formatMs(calm)} to ${formatMs(hit)} during ${id}.${after}`,
        },
      ];
    }),
  );
}

/** A flow whose p99 grew before the event already grows for a reason of its own: a backlog says which. */
function wasDrifting(result: Result, flow: string, { fromSeconds, toSeconds }: PhaseFigures): boolean {
  const { stepSeconds } = result.series;
  const p99 = columnOf(result, `flows.${flow}.latencyMs.p99`)
    .slice(Math.ceil(fromSeconds / stepSeconds), Math.floor(toSeconds / stepSeconds))
    .filter((value): value is number => value !== null);
  const quarter = Math.ceil(p99.length / 4);
  return quarter > 0 && meanOf(p99.slice(-quarter)) > meanOf(p99.slice(0, quarter)) * driftFactor;
}

const driftFactor = 1.3;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Components above 90 %, one sentence for those that were so from the start and one for each event. */
function busyComponents(result: Result, events: readonly EventPhase[]): readonly Fact[] {
  const isBusy = (figures: ComponentFigures | undefined): boolean => (figures?.utilization ?? 0) >= busy;
  const start = events[0]?.before ?? result;
  const fromStart = Object.keys(result.components).filter((id) => isBusy(start.components[id]));
  const facts: Fact[] = [];
  if (fromStart.length > 0) {
    facts.push({ level: 'warn', atSeconds: null, text: busyText(fromStart, start, 'from the start') });
  }
  for (const { id: event, during } of events) {
    const since = Object.keys(result.components).filter(
      (id) => isBusy(during.components[id]) && !fromStart.includes(id),
    );
    if (since.length === 0) continue;
    const columns = since.map((id) => columnOf(result, `components.${id}.utilization`));
    const at = firstStep(
      result,
      (step, seconds) =>
        seconds >= Math.floor(during.fromSeconds) && columns.some((column) => (column[step] ?? 0) >= busy),
    );
    facts.push({
      level: 'warn',
      atSeconds: at ?? during.fromSeconds,
      text: busyText(since, during, `during ${event}`),
    });
  }
  return facts;
}

function busyText(
  ids: readonly string[],
  { components }: Pick<PhaseFigures, 'components'>,
  when: string,
): string {
  const named = ids.map((id) => `${id} (${formatPercent(components[id]?.utilization)})`);
  const verb = ids.length === 1 ? 'was' : 'were';
  const queues = ids.length === 1 ? 'its queue decides' : 'their queues decide';
  return `${listOf(named)} ${verb} over 90 % busy ${when}; there ${queues} the latency.`;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function growingBacklogs(result: Result): readonly Fact[] {
  return Object.keys(result.components).flatMap((id): readonly Fact[] => {
    const column = columnOf(result, `components.${id}.backlog.mean`).filter(
      (value): value is number => value !== null,
    );
    const first = column[Math.floor(column.length / 4)];
    const last = column.at(-1);
    if (first === undefined || last === undefined || last < leastBacklog || last < first * growthFactor)
      return [];
    const seconds = (column.length - 1 - Math.floor(column.length / 4)) * result.series.stepSeconds;
    return [
      {
        level: 'warn',
        atSeconds: null,
        text: `${id} fell behind by ${formatCount((last - first) / seconds)} messages a second: ${formatCount(last)} were waiting at the end.`,
      },
    ];
  });
}

/** Flows that an event left alone: isolation is a finding too. */
function unharmed(flows: readonly string[], events: readonly EventPhase[]): readonly Fact[] {
  if (events.length === 0) return [];
  const calm = flows.filter((flow) =>
    events.every(({ during, before }) => {
      const own = during.flows[flow];
      const was = before.flows[flow]?.latencyMs.p99 ?? null;
      const is = own?.latencyMs.p99 ?? null;
      return was !== null && is !== null && is < was * 1.1 && (own?.errorRatio ?? 0) < leastErrorRatio;
    }),
  );
  if (calm.length === 0) return [];
  return [{ level: 'good', atSeconds: null, text: `Not affected: ${listOf(calm)}.` }];
}

function calm(result: Result): Fact {
  const slowest = worstOf(
    Object.entries(result.flows).map(([flow, own]) => ({ own, where: flow })),
    (own) => own.latencyMs.p99 ?? 0,
  );
  const tail = slowest
    ? ` The slowest p99 is that of ${slowest.where}: ${formatMs(slowest.own.latencyMs.p99)}.`
    : '';
  return {
    level: 'good',
    atSeconds: null,
    text: `Everything held: no component above 90 %, hardly a failure, no backlog that grows.${tail}`,
  };
}

interface Window {
  readonly figures: Pick<PhaseFigures, 'flows' | 'components'>;
  readonly where: string;
}

/** The run as a whole, and each event; the name of a window ends a sentence. */
function windowsOf(result: Result, events: readonly EventPhase[]): readonly Window[] {
  return [
    { figures: result, where: '' },
    ...events.map(({ id, during }) => ({ figures: during, where: ` during ${id}` })),
  ];
}

function worstOf<Own>(
  candidates: readonly { readonly own: Own | undefined; readonly where: string }[],
  measure: (own: Own) => number,
): { readonly own: Own; readonly where: string } | null {
  let worst: { readonly own: Own; readonly where: string } | null = null;
  for (const { own, where } of candidates) {
    if (own !== undefined && (worst === null || measure(own) > measure(worst.own) * 1.05))
      worst = { own, where };
  }
  return worst;
}

/** A series of the result; empty if it has none of that name. */
function columnOf({ series }: Result, path: string): readonly (number | null)[] {
  const column = series[path];
  return Array.isArray(column) ? (column as readonly (number | null)[]) : [];
}

/** Start of the first step that fits, in seconds. */
function firstStep(result: Result, fits: (step: number, atSeconds: number) => boolean): number | null {
  const { stepSeconds } = result.series;
  const steps = Math.ceil(result.simulatedSeconds / stepSeconds);
  for (let step = 0; step < steps; step += 1) {
    if (fits(step, step * stepSeconds)) return step * stepSeconds;
  }
  return null;
}
