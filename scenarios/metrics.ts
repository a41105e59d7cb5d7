import type { Draft } from './draft.ts';
import { check } from './explain.ts';
import { expectation as expectationSchema } from './format/expectations.ts';
import { isObject, quote, type Path } from './json-path.ts';
import type { Place, Report } from './report.ts';
import type { Expectation, TimelineEntry } from './scenario.ts';

const maximumExpectations = 1000;
const segmentPattern = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
const forms =
  'Write `flows.<flow>.<figure>`, `components.<node-id>.<figure>` or `recoveryMs.<event-id>.<flow>`, as in the result file.';

/**
 * Checks expectations as far as the file alone can tell: the form of the metric, nodes, events,
 * phases and times. Whether a flow or a figure exists depends on what the design does, and is the
 * simulator's to say.
 */
export function readExpectations(
  draft: Draft,
  around: {
    readonly timeline: readonly TimelineEntry[];
    readonly run: { readonly durationSeconds: number } | null;
  },
  report: Report,
): Expectation[] {
  if (draft.expectations.length > maximumExpectations) {
    report.error(
      { path: 'expectations', base: null },
      'FL-too-many',
      `There are more than ${maximumExpectations} expectations.`,
      'Remove some.',
    );
    return [];
  }
  const expectations: Expectation[] = [];
  const ids = new Set<string>();
  const events = draft.timeline.map(({ entry }) => (isObject(entry) ? String(entry['id']) : ''));
  for (const item of draft.expectations) {
    const locate = (...path: Path) => draft.locateIn('expectations', item, path);
    const checked = check(expectationSchema, item.entry);
    if (!checked.ok) {
      for (const { path, code, message, fix } of checked.findings)
        report.error(locate(...path), code, message, fix);
      continue;
    }
    const expectation = checked.value;
    if (ids.has(expectation.id)) {
      report.error(
        locate('id'),
        'FL-duplicate-id',
        `Two expectations have the id "${expectation.id}".`,
        'Give each its own id.',
      );
    }
    ids.add(expectation.id);
    checkMetric(expectation.metric, draft, events, locate('metric'), report);
    checkPhase(expectation.phase, events, locate('phase'), report);
    const end = expectation.window?.[1];
    if (end !== undefined && around.run !== null && end > around.run.durationSeconds) {
      report.error(
        locate('window'),
        'FL-after-the-end',
        `The window ends at ${end} s, after the end of the run at ${around.run.durationSeconds} s.`,
        'Let it end earlier, or lengthen `run.durationSeconds`.',
      );
    }
    expectations.push(expectation);
  }
  return expectations;
}

function checkMetric(
  metric: string,
  draft: Draft,
  events: readonly string[],
  place: Place,
  report: Report,
): void {
  const [root, name, ...figure] = metric.split('.');
  const wellFormed =
    name !== undefined &&
    figure.length > 0 &&
    [name, ...figure].every((segment) => segmentPattern.test(segment));
  if (!wellFormed || !['flows', 'components', 'recoveryMs'].includes(root!)) {
    report.error(place, 'FL-bad-metric', `${quote(metric)} is not the path of a metric.`, forms);
    return;
  }
  if (root === 'components' && !draft.nodes.has(name) && !draft.brokenIds.has(name)) {
    const known = draft.nodes.keys();
    report.error(
      place,
      'FL-unknown-node',
      `The design has no node "${name}".${report.didYouMean(name, known)}`,
      'Name a node of the design by its id.',
    );
  }
  if (root === 'recoveryMs') {
    if (figure.length !== 1)
      report.error(place, 'FL-bad-metric', `${quote(metric)} is not the path of a metric.`, forms);
    if (!events.includes(name)) reportUnknownEvent(name, events, place, report);
  }
}

function checkPhase(
  phase: string | undefined,
  events: readonly string[],
  place: Place,
  report: Report,
): void {
  if (phase === undefined || phase === 'before') return;
  const [when, id] = phase.split(':');
  if ((when !== 'during' && when !== 'after') || id === undefined || phase !== `${when}:${id}`) {
    report.error(
      place,
      'FL-not-one-of',
      `There is no phase ${quote(phase)}.`,
      'Use `before`, `during:<event-id>` or `after:<event-id>`.',
    );
  } else if (!events.includes(id)) reportUnknownEvent(id, events, place, report);
}

function reportUnknownEvent(id: string, events: readonly string[], place: Place, report: Report): void {
  report.error(
    place,
    'FL-unknown-event',
    `The timeline has no event "${id}".${report.didYouMean(id, events)}`,
    events.length === 0 ? 'Add the event, or remove the expectation.' : `Use one of: ${events.join(', ')}.`,
  );
}
