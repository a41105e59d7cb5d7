import type { Expectation, Scenario } from '../../scenarios/index.ts';
import type { Result } from '../../simulator/index.ts';
import { headroomOf } from '../../simulator/verdicts/index.ts';
import { comparisonTable } from './comparison.ts';
import { componentTable } from './components.ts';
import { flowTable } from './flows.ts';
import { headroomTable } from './headroom.ts';
import { hottestKeySentences, hottestKeyTable } from './hottest-keys.ts';
import { moneyTable } from './money.ts';
import { phaseTable, recoveryLines } from './phases.ts';
import { sensitivityTable } from './sensitivity.ts';
import { figure, section, table } from './text.ts';
import { timeTable } from './time.ts';
import { waterfalls } from './waterfall.ts';

export { figure, interval, percent, section, table, type Column } from './text.ts';

/** Forms of a scenario that are smaller than what its texts are about. */
export type SmallForm = 'short' | 'bench-scale';

/** A result as a person reads it on a terminal: what was run, then the figures from outside in. */
export function describeResult(scenario: Scenario, result: Result, form: SmallForm | null = null): string {
  return [
    ...headline(scenario, result, form),
    ...stopped(result),
    ...section('Flows (latency of successes, ms)', flowTable(result.flows)),
    ...section(
      `Against ${result.comparison?.against ?? ''}, the same seeds`,
      comparisonTable(result.comparison),
    ),
    ...section(
      `What would move the p99 of ${result.sensitivity?.flow ?? ''} most`,
      sensitivityTable(result.sensitivity),
    ),
    ...section('Components', componentTable(result.components)),
    ...section('Headroom: what is full first', headroomTable(headroomOf(scenario, result))),
    ...section('Where the time went', timeTable(result.flows)),
    ...waterfalls(result.traces ?? []),
    ...section('Before, during and after', phaseTable(result)),
    ...section('Hottest keys', hottestKeyTable(result)),
    ...section(
      `Money a month (list prices)${form === null ? '' : `, of the ${form} form`}`,
      moneyTable(result.money),
    ),
    ...section('Recovery', recoveryLines(result)),
    ...section('What the events did', hottestKeySentences(scenario, result)),
    ...section(
      'What happened',
      result.verdicts.map(
        (verdict) => `${figure(verdict.atSeconds)} s ${verdict.component}: ${verdict.text}`,
      ),
    ),
    ...section('Expectations', expectationTable(scenario.expectations, result)),
    '',
  ].join('\n');
}

function headline(scenario: Scenario, result: Result, form: SmallForm | null): string[] {
  const { simulatedSeconds, wallSeconds, replications, events } = result;
  const warmup = scenario.run.warmupSeconds;
  return [
    `${result.scenario}: ${scenario.title}`,
    [
      ...(form === null ? [] : [`${form} form`]),
      `${result.engine} engine`,
      `seed ${String(result.seed)}`,
      ...(replications > 1 ? [`${String(replications)} replications`] : []),
      `${figure(simulatedSeconds / replications)} s simulated (warm-up ${warmup === 'auto' ? 'automatic' : `${figure(warmup)} s`})`,
      `${events.toLocaleString('en-US')} events in ${figure(wallSeconds)} s`,
      `${figure(wallSeconds > 0 ? simulatedSeconds / wallSeconds : null)} simulated s a second`,
    ].join(', '),
    `digest ${result.digest}`,
  ];
}

function stopped(result: Result): string[] {
  if (result.stopped === null) return [];
  const { atSeconds, component } = result.stopped;
  return [
    `STOPPED at ${figure(atSeconds)} s: as many requests in flight as the run may hold; most of them wait at ${component}.`,
  ];
}

function expectationTable(expectations: readonly Expectation[], result: Result): string[] {
  if (expectations.length === 0) return [];
  const byId = new Map(expectations.map((expectation) => [expectation.id, expectation]));
  return table(
    [
      { title: '', align: 'left', text: (outcome) => (outcome.status === 'pass' ? 'pass' : 'FAIL') },
      { title: 'id', align: 'left', text: (outcome) => outcome.id },
      { title: 'found', text: (outcome) => figure(outcome.observed) },
      { title: 'expected', align: 'left', text: (outcome) => bounds(byId.get(outcome.id)) },
      { title: 'claim', align: 'left', text: (outcome) => byId.get(outcome.id)?.claim ?? '' },
    ],
    result.expectations,
  );
}

function bounds(expectation: Expectation | undefined): string {
  if (expectation?.between) return `${figure(expectation.between[0])} to ${figure(expectation.between[1])}`;
  if (expectation?.atMost !== undefined) return `at most ${figure(expectation.atMost)}`;
  if (expectation?.atLeast !== undefined) return `at least ${figure(expectation.atLeast)}`;
  return '';
}
