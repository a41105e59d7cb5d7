/**
 * Door of `simulator/verdicts/causes`: why a run went as it did, from what it recorded.
 *
 *     explain(design, record)   // one verdict a disturbance, in the order of time
 *
 * The first cause is the earliest thing that cannot follow from load, from waiting or from another component's
 * failure (findings.ts). What came after it at the components that it can reach (effects.ts), and the flows that
 * felt it, are its effects. Where nothing of that kind is found and yet something is full to the end, that is too
 * small (overload.ts). The timeline is not looked at: it is no part of what this is given.
 */
import type { Scenario } from '../../../scenarios/index.ts';
import type { Verdict } from '../../result.ts';
import { effectsOn, harmOf, reachableFrom, type Effect, type Stretch } from './effects.ts';
import { findingsOf, type Finding } from './findings.ts';
import { overloadOf } from './overload.ts';
import { columnsOf, type Recorded } from './series.ts';
import { atSecond } from './wording.ts';

export type { Recorded } from './series.ts';

/** What begins within this time of the first is part of the same disturbance: steps and samples are not finer, s. */
const TOGETHER_SECONDS = 1;
/** A component that was disturbed and is again this soon after is still the same, s. */
const SAME_SECONDS = 30;
/** A symptom without a cause by then has none, s. */
const PATIENCE_SECONDS = 3;
/** What a disturbance that is over still does, s. */
const AFTERWARDS_SECONDS = 5;
/** Effects that are told. */
const MOST_EFFECTS = 6;

/** One disturbance: what was found of it, the cause first. */
interface Disturbance {
  readonly cause: Finding;
  readonly components: ReadonlySet<string>;
  untilSeconds: number;
}

/** Why a run went as it did. Of several replications, give the first. */
export function explain(design: Scenario['design'], record: Recorded): Verdict[] {
  if (record.observations === null) return [];
  const disturbances = disturbancesIn(findingsOf(design, record.observations));
  const verdicts = disturbances.map((one, i) =>
    verdictOf(one, disturbances[i - 1] ?? null, disturbances[i + 1] ?? null, design, record),
  );
  const overload = overloadOf(design, record);
  if (overload !== null && !disturbances.some(({ cause }) => cause.atSeconds <= overload.sinceSeconds + 1)) {
    const { component, sinceSeconds, text } = overload;
    verdicts.push({
      id: `overload:${component}`,
      atSeconds: sinceSeconds,
      component,
      cause: 'more load than it can serve',
      effects: [],
      text: `${capital(text)}.`,
    });
  }
  return withDistinctIds(verdicts.sort((a, b) => a.atSeconds - b.atSeconds));
}

/** Findings in the order of time, as disturbances. */
function disturbancesIn(findings: readonly Finding[]): Disturbance[] {
  const found: Disturbance[] = [];
  findings.forEach((finding, i) => {
    const last = found.at(-1);
    if (last !== undefined && belongs(finding, last)) {
      if (last.components.has(finding.component))
        last.untilSeconds = Math.max(last.untilSeconds, finding.untilSeconds);
      return;
    }
    const together = findings
      .slice(i)
      .filter(({ atSeconds }) => atSeconds <= finding.atSeconds + TOGETHER_SECONDS);
    const causes = together.filter(({ strength }) => strength === 'cause');
    if (finding.strength === 'symptom') {
      const cause = findings
        .slice(i)
        .some(
          ({ strength, atSeconds }) =>
            strength === 'cause' && atSeconds <= finding.atSeconds + PATIENCE_SECONDS,
        );
      if (cause) return;
    }
    const cause = causes.find(({ kind }) => !isClient(kind)) ?? causes[0] ?? finding;
    const components = new Set(
      [...causes, cause].filter(({ kind }) => !isClient(kind) || kind === cause.kind).map((c) => c.component),
    );
    found.push({ cause, components, untilSeconds: cause.untilSeconds });
  });
  return found;
}

/** What clients send does not make an instance, a link or a server go away: of both, that is the first cause. */
const isClient = (kind: string): boolean => kind === 'arrivals' || kind === 'new-arrivals';

function belongs(finding: Finding, { cause, components, untilSeconds }: Disturbance): boolean {
  if (finding.strength === 'symptom') return finding.atSeconds <= untilSeconds + SAME_SECONDS;
  if (finding.atSeconds <= cause.atSeconds + TOGETHER_SECONDS) return true;
  return components.has(finding.component) && finding.atSeconds <= untilSeconds + SAME_SECONDS;
}

function verdictOf(
  { cause, untilSeconds }: Disturbance,
  before: Disturbance | null,
  next: Disturbance | null,
  design: Scenario['design'],
  record: Recorded,
): Verdict {
  const columns = columnsOf(record);
  const stretch: Stretch = {
    calmFromSeconds: Math.min(
      before?.cause.atSeconds ?? record.warmupSeconds,
      Math.max(0, cause.atSeconds - 5),
    ),
    fromSeconds: cause.atSeconds,
    toSeconds: next?.cause.atSeconds ?? record.simulatedSeconds,
  };
  const harm = harmOf(stretch, columns, record);
  // What happens after everything is well again has another reason.
  const overSeconds = Math.max(
    untilSeconds + AFTERWARDS_SECONDS,
    ...harm.map(({ recoveredSeconds }) => recoveredSeconds ?? Infinity),
  );
  const felt = { ...stretch, toSeconds: Math.min(stretch.toSeconds, overSeconds) };
  const effects = firstOfEach([
    ...effectsOn(reachableFrom(cause.component, design), felt, columns, record).filter(
      ({ text }) => text !== cause.text,
    ),
    ...harm.map(({ effect }) => effect),
  ]).map(({ atSeconds, text }) => `${text} (${atSecond(atSeconds)})`);
  return {
    id: `${cause.kind}:${cause.component}`,
    atSeconds: cause.atSeconds,
    component: cause.component,
    cause: cause.text,
    effects,
    text: `${[`${capital(cause.text)} at ${atSecond(cause.atSeconds)}`, ...effects].join(' -> ')}; ${ending(harm)}.`,
  };
}

/** The first of each kind, so many that they can be read, flows always among them. */
function firstOfEach(effects: readonly Effect[]): Effect[] {
  const seen = new Set<string>();
  const each = [...effects]
    .sort((a, b) => a.atSeconds - b.atSeconds)
    .filter(({ about }) => !seen.has(about) && seen.add(about));
  const isFlow = ({ about }: Effect): boolean => about.startsWith('flow ');
  const told = new Set(each.filter((effect) => !isFlow(effect)).slice(0, MOST_EFFECTS));
  return each.filter((effect) => isFlow(effect) || told.has(effect));
}

function ending(harm: ReturnType<typeof harmOf>): string {
  if (harm.length === 0) return 'no flow felt it';
  const open = harm.filter(({ recoveredSeconds }) => recoveredSeconds === null).map(({ flow }) => flow);
  const closed = harm.flatMap(({ flow, recoveredSeconds }) =>
    recoveredSeconds === null ? [] : [`${flow} at ${atSecond(recoveredSeconds)}`],
  );
  return [
    ...(closed.length === 0 ? [] : [`recovered: ${closed.join(', ')}`]),
    ...(open.length === 0 ? [] : [`not recovered: ${open.join(', ')}`]),
  ].join('; ');
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

function withDistinctIds(verdicts: readonly Verdict[]): Verdict[] {
  const seen = new Map<string, number>();
  return verdicts.map((verdict) => {
    const n = (seen.get(verdict.id) ?? 0) + 1;
    seen.set(verdict.id, n);
    return n === 1 ? verdict : { ...verdict, id: `${verdict.id}:${n}` };
  });
}
