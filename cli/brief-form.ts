import type { Scenario } from '../scenarios/index.ts';
import { compile, summarize } from '../simulator/index.ts';
import { runToEnd } from './replications/index.ts';

/** About so many events are in a brief form, and at least so much time. */
const BRIEF_EVENTS = 60_000;
const LEAST_SECONDS = 1;

/**
 * The beginning of a run, without its warm-up and with the timeline moved ahead, so that its first entry acts in
 * the middle: cheap enough to be run in every test, and changed by whatever changes what a design does, or what
 * the first thing that happens to it does.
 *
 * @param events Of the whole run: how far the brief form goes follows from it.
 */
export function briefForm(scenario: Scenario, events: number): Scenario {
  const { run, timeline } = scenario;
  const share = BRIEF_EVENTS / Math.max(1, events);
  const durationSeconds = Math.min(
    run.durationSeconds,
    Math.ceil(Math.max(run.durationSeconds * share, LEAST_SECONDS)),
  );
  const firstEvent = Math.min(...timeline.map(({ atSeconds }) => atSeconds));
  const ahead = Math.max(0, firstEvent - durationSeconds / 2);
  return {
    ...scenario,
    timeline: timeline
      .map((entry) => ({ ...entry, atSeconds: entry.atSeconds - ahead }))
      // What comes later is no part of it, nor is what is expected of that.
      .filter(({ atSeconds }) => atSeconds < durationSeconds),
    run: { ...run, durationSeconds, warmupSeconds: 0 },
    expectations: [],
  };
}

/** Digest of the brief form, run in this thread. */
export function briefDigest(scenario: Scenario, events: number): string {
  const brief = briefForm(scenario, events);
  const { seed } = brief.run;
  return summarize(brief, [runToEnd(compile(brief), seed, () => undefined)]).digest;
}
