import {
  latencyClock,
  waterfallOf,
  type RequestTrace,
  type Span,
  type WaterfallRow,
} from '../../simulator/index.ts';
import { figure, section, table } from './text.ts';

const NS_PER_MS = 1e6;
/** Characters of the whole request. */
const width = 48;
/** What the characters of a bar mean; capital where the latency depends on it. */
const legend = 'q queue, s service, n network, r retry, t thread, - calls; capitals: the critical path';

/** A block for each request that was asked for: a line a call, with a bar of where its time went. */
export function waterfalls(traces: readonly RequestTrace[]): string[] {
  return traces.flatMap((trace) => section(headline(trace), [...waterfall(trace), legend]));
}

function headline({ flow, chosenFor, figureMs, latencyNs, startedAtSeconds, seed }: RequestTrace): string {
  const stands = figureMs === null ? chosenFor : `${chosenFor} (${figure(figureMs)} ms)`;
  return `One request of ${flow}, ${stands}: ${figure(latencyNs / NS_PER_MS)} ms, started at ${figure(startedAtSeconds)} s, seed ${String(seed)}`;
}

function waterfall(trace: RequestTrace): string[] {
  const rows = waterfallOf(trace);
  const clock = latencyClock(trace);
  const cellsANs = width / Math.max(1, trace.latencyNs);
  const cellAt = (ns: number): number => clock(ns) * cellsANs;
  return table<WaterfallRow>(
    [
      { title: 'call', align: 'left', text: ({ span, depth }) => '  '.repeat(depth) + nameOf(span) },
      { title: 'from ms', text: ({ span }) => figure(clock(span.fromNs) / NS_PER_MS) },
      { title: 'took ms', text: ({ span }) => figure((span.toNs - span.fromNs) / NS_PER_MS) },
      { title: '', align: 'left', text: (row) => `|${barOf(row, cellAt)}|` },
      { title: 'of which', align: 'left', text: ownTimes },
    ],
    rows,
  );
}

function nameOf({ component, call, apart, branch, outcome, unlisted }: Span): string {
  return [
    branch === null ? '' : `${String(branch + 1)}| `,
    component,
    call === null ? '' : ` ${call}`,
    apart ? ' (a flow of its own)' : '',
    outcome === null ? '' : ` (${outcome})`,
    unlisted === 0 ? '' : ` (+${String(unlisted)} branches)`,
  ].join('');
}

/** Where in the request the row lies, with a letter for what its own time was spent on. */
function barOf({ span, own }: WaterfallRow, cellAt: (ns: number) => number): string {
  const cells = Array<string>(width).fill(' ');
  // Of a failed call all of its time counts, and none of its parts.
  const failed = span.critical && span.category !== null;
  const draw = ({ fromNs, toNs, critical }: Span, letter: string): void => {
    const first = Math.min(width - 1, Math.floor(cellAt(fromNs)));
    const end = Math.max(first + 1, Math.min(width, Math.round(cellAt(toNs))));
    cells.fill(critical || failed ? letter.toUpperCase() : letter, first, end);
  };
  draw(span, own.length === 0 && span.category !== null ? span.category[0]! : '-');
  // What is short stays to be seen on what is long.
  for (const part of [...own].sort((a, b) => b.toNs - b.fromNs - (a.toNs - a.fromNs)))
    draw(part, part.category![0]!);
  return cells.join('');
}

/** The row's own time by what it was spent on, most first; with the component where that is another one. */
function ownTimes({ span, own }: WaterfallRow): string {
  const times = new Map<string, number>();
  for (const { component, category, fromNs, toNs } of own) {
    const name = component === span.component ? category! : `${component} ${category!}`;
    times.set(name, (times.get(name) ?? 0) + toNs - fromNs);
  }
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([name, ns]) => `${name} ${figure(ns / NS_PER_MS)}`)
    .join(', ');
}
