import type { Scenario } from '../../../scenarios/index.ts';
import { columnsOf, type Column, type Recorded } from './series.ts';
import { atSecond } from './wording.ts';

/** A component that is too small for what is asked of it, for no reason but the load. */
export interface Overload {
  readonly component: string;
  /** Since when it has been full without a break. */
  readonly sinceSeconds: number;
  readonly text: string;
}

const FULL = 0.97;
/** Full for the last part of the run, and so for this share of it at least, and for so long, s. */
const LEAST_SHARE = 0.2;
const LEAST_SECONDS = 5;
/** What waits grows to this multiple from the first to the second half of that time. */
const GROWTH = 1.3;
const LEAST_WAITING = 10;

/**
 * Where a run is overloaded: more and more waits for a component that is full to the end, and it is that one or,
 * of those that it calls and that are full as well, the last: whoever holds a thread while it waits for an answer
 * is full because of who answers. Null: nowhere.
 */
export function overloadOf(design: Scenario['design'], record: Recorded): Overload | null {
  const columns = columnsOf(record);
  const full = design.nodes.flatMap(({ id }) => {
    const busy = columns.get(`components.${id}.utilization`);
    if (busy === undefined) return [];
    const sinceSeconds = fullSince(busy);
    if (busy.length - sinceSeconds < Math.max(LEAST_SECONDS, LEAST_SHARE * busy.length)) return [];
    const queues = [
      columns.get(`components.${id}.meanQueueLength`),
      ...design.edges
        .filter(({ target }) => target === id)
        .map(({ source }) => columns.get(`components.${source}.backlog.mean`)),
    ];
    const growing = queues.find((queue) => queue !== undefined && grows(queue.slice(sinceSeconds)));
    return [{ component: id, sinceSeconds, waiting: growing?.at(-1) ?? null }];
  });
  const first = full.find(({ waiting }) => waiting !== null);
  if (first === undefined) return null;
  const called = full.filter(
    ({ component }) => component === first.component || calls(design, first.component, component),
  );
  const { component } = called.find(
    (one) => !called.some((other) => other !== one && calls(design, one.component, other.component)),
  )!;
  const { sinceSeconds, waiting } = first;
  const where = component === first.component ? 'it' : first.component;
  const text =
    `${component} is too small for this load: busy all the time since ${atSecond(sinceSeconds)}, ` +
    `and ${waiting!.toFixed(0)} requests wait for ${where} at the end`;
  return { component, sinceSeconds, text };
}

function fullSince(busy: Column): number {
  let since = busy.length;
  while (since > 0 && busy[since - 1]! >= FULL) since--;
  return since;
}

function grows(queue: Column): boolean {
  const half = Math.floor(queue.length / 2);
  const mean = (part: Column): number => part.reduce((sum, v) => sum + (v === v ? v : 0), 0) / part.length;
  const later = mean(queue.slice(half));
  return later >= LEAST_WAITING && later >= GROWTH * mean(queue.slice(0, half));
}

/** Does `a` call `b`, directly or through others? */
function calls({ edges }: Scenario['design'], a: string, b: string): boolean {
  const reached = new Set([a]);
  for (let before = -1; before < reached.size;) {
    before = reached.size;
    for (const { source, target } of edges) if (reached.has(source)) reached.add(target);
  }
  return reached.has(b);
}
