import { setTimeout as sleep } from 'node:timers/promises';

/** One measured time, and what it is the time of. */
export interface Measurement {
  readonly part: string;
  /** The setting that decides about it. */
  readonly setting: string;
  readonly what: string;
  /** One entry a repetition. */
  readonly seconds: readonly number[];
}

export type Tell = (text: string) => void;

const retryMs = 10;

/** Tries until it works. @returns seconds since `sinceMs` (of performance.now) */
export async function secondsUntil(sinceMs: number, attempt: () => Promise<unknown>): Promise<number> {
  for (;;) {
    try {
      await attempt();
      return (performance.now() - sinceMs) / 1000;
    } catch {
      await sleep(retryMs);
    }
  }
}

/** A table of all measurements, in Markdown. */
export function measurementTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(
    ({ part, setting, what, seconds }) =>
      `| ${part} | ${setting} | ${what} | ${seconds.map((value) => value.toFixed(1)).join(', ')} |`,
  );
  return ['| part | setting | time until | seconds |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
