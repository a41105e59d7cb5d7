import type { Scenario } from '../../scenarios/index.ts';
import type { ReplayResult } from '../replay/index.ts';

export interface SoakRun {
  readonly scenario: Scenario;
  readonly result: ReplayResult;
  /** Share of the rates at bench scale. */
  readonly load: number;
  /** E.g. `2026-11-22`. */
  readonly date: string;
  /** Processor, number of them, system. */
  readonly machine: string;
}

/** docs/reference-soak.md of one run. */
export function describeSoak({ scenario, result, load, date, machine }: SoakRun): string {
  const { checker, replay, flows, series } = result;
  const { seed, durationSeconds } = scenario.run;
  const minutes = Math.round(durationSeconds / 6) / 10;
  const durable = checker.promises.find(({ id }) => id === 'durable')!;
  const broken = checker.promises.filter(({ status }) => status === 'fail');
  const lines = [
    '# The last soak of the reference stack',
    '',
    `\`npm run reference:soak -- --minutes ${String(minutes)} --seed ${String(seed)}${load === 1 ? '' : ` --load ${String(load)}`}\` wrote this page on ${date} (${machine}).`,
    `Profile \`${replay.profile}\`, ${String(minutes)} minutes under load, ${String(scenario.timeline.length)} events one after the other in an order that the seed decides.`,
    '',
    `**${String(durable.violationCount)} acknowledged posts lost of ${String(durable.checked)}**; ${broken.length === 0 ? 'every promise was kept' : `broken: ${broken.map(({ id }) => `\`${id}\``).join(', ')}`}.`,
    '',
    '## Promises',
    '',
    '| promise | cases | broken | verdict |',
    '| --- | ---: | ---: | --- |',
    ...checker.promises.map(
      ({ promise, checked, violationCount, status }) =>
        `| ${promise} | ${String(checked)} | ${String(violationCount)} | ${{ pass: 'kept', fail: '**broken**', 'not-checked': 'no case' }[status]} |`,
    ),
    '',
    ...broken.flatMap(({ id, violations }) => [
      `First violations of \`${id}\`:`,
      '',
      ...violations.map(({ subject, text }) => `- \`${subject}\` ${text}`),
      '',
    ]),
    '## What clients saw',
    '',
    'Of all of the time, faults included.',
    '',
    '| flow | a second | errors | p50 (ms) | p99 (ms) |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...Object.entries(flows).map(
      ([flow, { offeredPerSecond, errorRatio, latencyMs }]) =>
        `| ${flow} | ${offeredPerSecond.toFixed(1)} | ${(100 * (errorRatio ?? 0)).toFixed(2)} % | ${figure(latencyMs?.p50)} | ${figure(latencyMs?.p99)} |`,
    ),
    '',
    `The load generator was itself at most ${figure(replay.lateness.maxMs)} ms late, 1 in 100 times ${figure(replay.lateness.p99Ms)} ms.`,
    '',
    '## What was done to it',
    '',
    'Seconds since the start. An end is done when what was stopped runs again. The last columns are feed reads that failed, in %: while the event lasted, and from its end to the next.',
    '',
    '| event | kind | begun | ended | done | failed during | after |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...scenario.timeline.map(({ id, kind, atSeconds, durationSeconds: lasts }, index) => {
      const endSeconds = atSeconds + (lasts ?? 0);
      const nextSeconds = scenario.timeline[index + 1]?.atSeconds ?? durationSeconds;
      const step = (name: 'begin' | 'end') =>
        replay.faults.find((each) => each.event === id && each.step === name);
      const [begin, end] = [step('begin'), step('end')];
      // What the load generator does itself is no fault of its own: its times are those of the trace.
      return `| ${id} | ${kind} | ${figure(begin?.begunSeconds ?? atSeconds)} | ${figure(end?.begunSeconds ?? endSeconds)} | ${figure(end?.doneSeconds ?? endSeconds)} | ${figure(failedReads(series, atSeconds, endSeconds))} | ${figure(failedReads(series, endSeconds, nextSeconds))} |`;
    }),
    '',
  ];
  return lines.join('\n');
}

const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value < 10 ? value.toFixed(1) : value.toFixed(0);

/** In %, the mean of the seconds in between. */
function failedReads(series: ReplayResult['series'], fromSeconds: number, toSeconds: number): number | null {
  const ratios = (series['flows.feed-read.errorRatio'] as (number | null)[])
    .slice(Math.floor(fromSeconds / series.stepSeconds), Math.ceil(toSeconds / series.stepSeconds))
    .filter((ratio) => ratio !== null);
  return ratios.length === 0 ? null : (100 * ratios.reduce((sum, ratio) => sum + ratio, 0)) / ratios.length;
}
