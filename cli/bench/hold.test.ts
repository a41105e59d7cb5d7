import { afterEach, describe, expect, it, vi } from 'vitest';
import { runHoldModel, type HoldWorkload } from './hold.ts';

const exponentialQuantilesNs = Array.from({ length: 1000 }, (_, i) => -1e6 * Math.log(1 - (i + 0.5) / 1000));
const wideQuantilesNs = Array.from({ length: 1000 }, (_, i) => 10 ** (1 + (8 * i) / 999));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('hold model', () => {
  // runHoldModel compares the sums of event times of the three pending-event sets and throws when they
  // differ. Where there is no compiler, it has to say so: npm run bench is the only thing that needs one.
  it.each<[string, HoldWorkload]>([
    ['one pending event', { events: 50_000, pending: 1, incrementQuantilesNs: exponentialQuantilesNs }],
    ['thousands pending', { events: 50_000, pending: 5_000, incrementQuantilesNs: exponentialQuantilesNs }],
    ['most beyond the wheel', { events: 50_000, pending: 2_000, incrementQuantilesNs: wideQuantilesNs }],
  ])('runs the same events through every variant: %s', (_, workload) => {
    const outcome = runHoldModel(workload);
    if ('reason' in outcome) expect(outcome.reason).toContain('no C++ compiler');
    else
      expect(outcome.variants.map(({ name }) => name).sort()).toEqual([
        '4-ary heap',
        'std::priority_queue',
        'timing wheel',
      ]);
  });

  it('says why it cannot run where there is no compiler', () => {
    vi.stubEnv('PATH', '');
    const outcome = runHoldModel({ events: 1, pending: 1, incrementQuantilesNs: [1, 2] });
    expect(outcome).toEqual({ reason: 'no C++ compiler: none of g++, clang++, c++ is on the PATH' });
  });
});
