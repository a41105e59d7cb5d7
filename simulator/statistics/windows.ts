import type { Scenario, TimelineEntry } from '../../scenarios/index.ts';

/** Length of a step of the series. */
export const STEP_NS = 1e9;
/** Batches for intervals within one run (Law & Kelton: 20 to 30). */
export const BATCHES = 20;
/** With `warmupSeconds: "auto"`, the run is kept in this many parts, and cut off at one of their bounds. */
export const AUTO_PARTS = 100;
/** Observations of MSER-5 in a part: its batch size. */
export const AUTO_SLICES = 5;

/** A named stretch of simulated time, ns. */
export interface Window {
  readonly name: string;
  readonly fromNs: number;
  readonly toNs: number;
}

export function toNs(seconds: number): number {
  return Math.floor(seconds * 1e9 + 0.5);
}

/** From when to when an event lasts: until `durationSeconds` later, else three half-lives, else no time. */
export function eventWindow(entry: TimelineEntry, endNs: number): Window {
  const seconds = entry.durationSeconds ?? (entry.kind === 'whale-post' ? 3 * entry.halfLifeSeconds : 0);
  return {
    name: entry.id,
    fromNs: Math.min(endNs, toNs(entry.atSeconds)),
    toNs: Math.min(endNs, toNs(entry.atSeconds + seconds)),
  };
}

/** Windows of the expectations that ask for one, each once. */
export function expectationWindows(scenario: Scenario): readonly Window[] {
  const endNs = toNs(scenario.run.durationSeconds);
  const windows = new Map<string, Window>();
  for (const { window } of scenario.expectations) {
    if (window === undefined) continue;
    const name = windowName(window);
    windows.set(name, {
      name,
      fromNs: Math.min(endNs, toNs(window[0])),
      toNs: Math.min(endNs, toNs(window[1])),
    });
  }
  return [...windows.values()];
}

export function windowName([from, to]: readonly [number, number]): string {
  return `window:${from}-${to}`;
}

/** Bounds of `parts` equal parts of a stretch, ns, both ends included. */
export function equalParts(fromNs: number, toNs_: number, parts: number): Float64Array {
  return Float64Array.from({ length: parts + 1 }, (_, i) =>
    Math.floor(fromNs + ((toNs_ - fromNs) * i) / parts + 0.5),
  );
}

/**
 * Where the engine cuts time into cells, ns, increasing, from 0 to the end: steps of the series, end
 * of the warm-up, events, batches, windows of expectations.
 */
export function planCuts(scenario: Scenario): { readonly cuts: Float64Array } {
  const { durationSeconds, warmupSeconds } = scenario.run;
  const endNs = toNs(durationSeconds);
  const bounds = [0, endNs];
  for (let t = STEP_NS; t < endNs; t += STEP_NS) bounds.push(t);
  if (warmupSeconds === 'auto') bounds.push(...equalParts(0, endNs, AUTO_PARTS * AUTO_SLICES));
  else bounds.push(...equalParts(toNs(warmupSeconds), endNs, BATCHES));
  for (const entry of scenario.timeline) {
    const window = eventWindow(entry, endNs);
    bounds.push(window.fromNs, window.toNs);
  }
  for (const window of expectationWindows(scenario)) bounds.push(window.fromNs, window.toNs);
  const cuts = Float64Array.from(new Set(bounds.filter((t) => t >= 0 && t <= endNs))).sort();
  return { cuts };
}
