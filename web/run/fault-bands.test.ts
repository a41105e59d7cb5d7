import { expect, it } from 'vitest';
import type { TimelineEntry } from '../../scenarios/index.ts';
import { faultBand } from './fault-bands.ts';

const base = { id: 'e', atSeconds: 10, durationSeconds: null };

it('lasts as long as the phase of its event', () => {
  const whale: TimelineEntry = {
    ...base,
    kind: 'whale-post',
    author: null,
    followers: 1,
    readBoost: 1,
    halfLifeSeconds: 4,
    likesPerSecond: 0,
  };
  expect(faultBand(whale)).toMatchObject({ fromSeconds: 10, toSeconds: 22 });
  expect(faultBand({ ...whale, durationSeconds: 5 })).toMatchObject({ toSeconds: 15 });
  expect(faultBand({ ...base, kind: 'set', path: 'a.b', value: 1 })).toMatchObject({ toSeconds: 10 });
});
