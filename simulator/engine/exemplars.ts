import { timeCategories, type Outcome, type Span } from '../result.ts';
import { binOf, type Exemplar, type FlowExemplars } from '../statistics/index.ts';
import type { Model } from './model.ts';
import { FAILURE, type Failure } from './program.ts';
import { ABANDONED, type OpenSpan } from './open-span.ts';

/** Bins of the latency histogram that share an exemplar: 32 an octave, so that they are within 3 % of each other. */
const BINS_AN_EXEMPLAR = 4;

/** Of more branches that run at the same time, those that end last are listed. */
const LISTED_BRANCHES = 8;

/** Of more requests of a flow that are traced in a second, a share is recorded, by the draw: to record costs time. */
const RECORDED_A_SECOND = 500;
const NS_PER_SECOND = 1e9;

/** How many requests of a flow began in a second, and the share of them that is recorded. */
interface Seen {
  second: number;
  count: number;
  share: number;
}

interface Kept {
  readonly root: OpenSpan;
  readonly latencyNs: number;
}

/**
 * Requests that stand for others: of each flow one a range of latencies, and one a reason of failure.
 * Among those that are alike each is as likely as any other, by a draw of its own, so that the choice
 * depends neither on the order of events nor on what happens to others.
 */
export class Exemplars {
  /** By flow, then by range of latencies, or by -1 less the code of the failure. */
  private readonly kept: Map<number, Kept>[] = [];
  private readonly left: number[] = [];
  private readonly seen: Seen[] = [];

  /** @param fromNs End of the warm-up: requests that end before are not kept. */
  constructor(private readonly fromNs: number) {}

  /** Is a request to be recorded, now that it begins? Seconds come in their order. */
  wants(flow: number, draw: number, atNs: number): boolean {
    const second = Math.floor(atNs / NS_PER_SECOND);
    const seen = (this.seen[flow] ??= { second, count: 0, share: 1 });
    if (second !== seen.second) {
      seen.share = Math.min(1, RECORDED_A_SECOND / seen.count);
      seen.second = second;
      seen.count = 0;
    }
    seen.count++;
    return draw < seen.share * 2 ** 32;
  }

  /** A recorded request has ended. */
  offer(root: OpenSpan, latencyNs: number): void {
    if (root.toNs < this.fromNs) return;
    const { flow, draw } = root.request;
    const kept = (this.kept[flow] ??= new Map());
    const place = root.failure === 0 ? Math.floor(binOf(latencyNs) / BINS_AN_EXEMPLAR) : -1 - root.failure;
    const rival = kept.get(place);
    if (rival === undefined || draw < rival.root.request.draw) kept.set(place, { root, latencyNs });
  }

  /** A request of that flow was too long to be kept, or too many were in flight. */
  leaveOut(flow: number): void {
    this.left[flow] = (this.left[flow] ?? 0) + 1;
  }

  /** What was kept, by flow. */
  record(model: Model): readonly FlowExemplars[] {
    return model.flows.map((_, flow) => ({
      exemplars: [...(this.kept[flow]?.values() ?? [])].map(({ root, latencyNs }) =>
        exemplarOf(root, latencyNs, model),
      ),
      leftOut: this.left[flow] ?? 0,
    }));
  }
}

/** A finished request as plain data. */
export function exemplarOf(root: OpenSpan, latencyNs: number, model: Model): Exemplar {
  return {
    latencyNs,
    startedNs: root.fromNs,
    outcome: outcomeOf(root.failure),
    spans: new SpanList(root.fromNs, model).of(root),
  };
}

/** Flattens the tree of a request, and finds its critical path. */
class SpanList {
  private readonly spans: { -readonly [K in keyof Span]: Span[K] }[] = [];

  constructor(
    private readonly startNs: number,
    private readonly model: Model,
  ) {}

  of(root: OpenSpan): readonly Span[] {
    this.add(root, { parent: null, critical: true, branch: null });
    return this.spans;
  }

  private add(span: OpenSpan, place: Pick<Span, 'parent' | 'critical' | 'branch'>): void {
    const { parts } = span;
    if (span.kind === 'fork') {
      const listed = lastToEnd(span);
      this.spans[place.parent!]!.unlisted += parts.length - listed.length;
      for (const part of listed)
        this.add(part, { ...place, critical: place.critical && part === span.last, branch: part.what });
      return;
    }
    const [only] = parts;
    if (span.kind === 'branch' && parts.length === 1 && only!.kind !== 'fork') return this.add(only!, place);
    const position = this.spans.length;
    // Its parent knows of a failed call only how long it took.
    const isLost = span.failure !== 0 && span.kind !== 'request' && span.kind !== 'branch';
    this.spans.push({
      ...place,
      ...this.nameOf(span, place.parent),
      ...(isLost ? { category: 'retry' as const } : {}),
      apart: span.kind === 'apart',
      critical: place.critical && span.kind !== 'apart',
      fromNs: span.fromNs - this.startNs,
      toNs: span.toNs - this.startNs,
      outcome: outcomeOf(span.failure),
      unlisted: 0,
    });
    for (const part of parts)
      this.add(part, { parent: position, critical: place.critical && !isLost, branch: null });
  }

  private nameOf(
    { kind, what }: OpenSpan,
    parent: number | null,
  ): Pick<Span, 'component' | 'call' | 'category'> {
    const { components, flows, origins, program } = this.model;
    const nameOfComponent = (component: number): string => components[component]!.id;
    switch (kind) {
      case 'request':
      case 'apart':
        return { component: nameOfComponent(origins[what]!), call: flows[what]!.id, category: null };
      case 'call':
      case 'inner': {
        const { component, operation } = program.calls.get(what)!;
        return { component: nameOfComponent(component), call: operation, category: null };
      }
      case 'time':
      case 'lost': {
        const cell = what - 1;
        const categories = timeCategories.length;
        return {
          component: nameOfComponent(Math.floor(cell / categories)),
          call: null,
          category: kind === 'lost' ? 'retry' : timeCategories[cell % categories]!,
        };
      }
      case 'branch':
      case 'fork':
        return { component: this.spans[parent!]!.component, call: null, category: null };
    }
  }
}

/** The branches of a fork that end last, in the order of their numbers. */
function lastToEnd({ parts, last }: OpenSpan): readonly OpenSpan[] {
  return [...parts]
    .sort((a, b) => Number(b === last) - Number(a === last) || b.toNs - a.toNs || a.what - b.what)
    .slice(0, LISTED_BRANCHES)
    .sort((a, b) => a.what - b.what);
}

function outcomeOf(failure: number): Outcome | null {
  if (failure === 0) return null;
  if (failure === ABANDONED) return 'abandoned';
  return (Object.keys(FAILURE) as Failure[]).find((name) => FAILURE[name] === failure)!;
}
