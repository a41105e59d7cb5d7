import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { TimelineEntry } from '../../scenarios/index.ts';
import { FaultSchedule } from './schedule.ts';
import type { Fault } from './faults.ts';

const clock = (): (() => number) => {
  const zeroMs = performance.now();
  return () => (performance.now() - zeroMs) / 1000;
};

function fault(
  log: string[],
  entry: Pick<TimelineEntry, 'id' | 'atSeconds' | 'durationSeconds'>,
  takes: Promise<void> = Promise.resolve(),
): Fault {
  const act = (step: string) => async (): Promise<void> => {
    log.push(`${entry.id} ${step}`);
    await takes;
    log.push(`${entry.id} ${step} done`);
  };
  return {
    entry: { ...entry, kind: 'kafka-outage', target: null, brokers: null },
    begin: act('begin'),
    end: act('end'),
  };
}

it('begins and ends each fault in its time, however long another takes', async () => {
  const log: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const faults = [
    fault(log, { id: 'slow', atSeconds: 0.02, durationSeconds: 0.03 }, held),
    fault(log, { id: 'quick', atSeconds: 0.06, durationSeconds: 0.02 }),
  ];
  const schedule = new FaultSchedule(faults, clock());
  schedule.start();
  await vi.waitFor(() => expect(log).toContain('quick end done'), 10_000);
  expect(log).toEqual(['slow begin', 'quick begin', 'quick begin done', 'quick end', 'quick end done']);
  release();
  await schedule.heal();
  expect(log.slice(5)).toEqual(['slow begin done', 'slow end', 'slow end done']);
  expect(schedule.steps.map(({ event, step }) => `${event} ${step}`)).toEqual([
    'quick begin',
    'quick end',
    'slow begin',
    'slow end',
  ]);
});

it('heals what has begun, once, and begins nothing any more', async () => {
  const log: string[] = [];
  const schedule = new FaultSchedule(
    [
      fault(log, { id: 'lasting', atSeconds: 0, durationSeconds: null }),
      fault(log, { id: 'over', atSeconds: 0, durationSeconds: 0.01 }),
      fault(log, { id: 'late', atSeconds: 60, durationSeconds: 1 }),
    ],
    clock(),
  );
  schedule.start();
  await vi.waitFor(() => expect(log).toContain('over end done'), 10_000);
  await schedule.heal();
  expect(log.filter((line) => line.endsWith('end'))).toEqual(['over end', 'lasting end']);
  expect(log.some((line) => line.startsWith('late'))).toBe(false);
});

it('throws what a fault could not do', async () => {
  const broken: Fault = {
    ...fault([], { id: 'broken', atSeconds: 0, durationSeconds: null }),
    begin: () => Promise.reject(new Error('no such process')),
  };
  const schedule = new FaultSchedule([broken], clock());
  schedule.start();
  await sleep(20);
  await expect(schedule.heal()).rejects.toThrow('no such process');
});
