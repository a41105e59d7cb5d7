import type { Scenario } from '../scenarios/index.ts';
import { compile, summarize } from '../simulator/index.ts';
import { runToEnd } from './replications/index.ts';

/** So many events, and what follows the first event of the timeline for so long, are in a brief form. */
const BRIEF_EVENTS = 200_000;
const AFTER_FIRST_EVENT_SECONDS = 0.5;

/**
 * The first part of a run, without its warm-up: cheap enough to be run in every test, and changed by
 * whatever changes the run from its start on.
 *
 * @param events Of the whole run: how far the brief form goes follows from it.
 */
export function briefForm(scenario: Scenario, events: number): Scenario {
  const { run, timeline } = scenario;
  const firstEvent = Math.min(...timeline.map(({ atSeconds }) => atSeconds));
  const durationSeconds = Math.min(
    run.durationSeconds,
    Math.ceil(
      Math.max(
        (run.durationSeconds * BRIEF_EVENTS) / Math.max(1, events),
        timeline.length === 0 ? 0 : firstEvent + AFTER_FIRST_EVENT_SECONDS,
      ),
    ),
  );
  return {
    ...scenario,
    // What comes later is no part of it, nor is what is expected of that.
    timeline: timeline.filter(({ atSeconds }) => atSeconds < durationSeconds),
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
