import { expect, it } from 'vitest';
import type { RequestTrace } from '../../simulator/index.ts';
import { waterfalls } from './waterfall.ts';

const span = { critical: true, apart: false, outcome: null, branch: null, unlisted: 0 };
const call = (component: string, parent: number | null, fromMs: number, toMs: number) => ({
  ...span,
  parent,
  component,
  call: 'read',
  category: null,
  fromNs: fromMs * 1e6,
  toNs: toMs * 1e6,
});

const trace: RequestTrace = {
  flow: 'work',
  chosenFor: 'p99',
  figureMs: 47.5,
  seed: 7,
  startedAtSeconds: 12.5,
  latencyNs: 48e6,
  outcome: null,
  spans: [
    { ...call('client', null, 0, 48), unlisted: 3 },
    { ...call('cache', 0, 0, 24), category: 'retry', outcome: 'timeout' },
    { ...call('cache', 1, 0, 24), call: null, category: 'queue', critical: false },
    { ...call('store', 0, 24, 48), branch: 0 },
    { ...call('store', 3, 24, 36), call: null, category: 'queue' },
    { ...call('store', 3, 36, 48), call: null, category: 'service' },
    { ...call('other', 0, 24, 30), branch: 1, critical: false },
    { ...call('other', 6, 24, 30), call: null, category: 'network', critical: false },
  ],
};

it('draws a line a call, capitals where its time counts', () => {
  const bar = (...parts: readonly (readonly [letter: string, times: number])[]): string =>
    `|${parts.map(([letter, times]) => letter.repeat(times)).join('')}|`;
  expect(waterfalls([trace])).toEqual([
    '',
    'One request of work, p99 (47.5 ms): 48.0 ms, started at 12.5 s, seed 7',
    `  call                       from ms  took ms  ${' '.repeat(50)}  of which`,
    `  client read (+3 branches)        0     48.0  ${bar(['-', 48])}`,
    `    cache read (timeout)           0     24.0  ${bar(['Q', 24], [' ', 24])}  queue 24.0`,
    `    1| store read               24.0     24.0  ${bar([' ', 24], ['Q', 12], ['S', 12])}  queue 12.0, service 12.0`,
    `    2| other read               24.0     6.00  ${bar([' ', 24], ['n', 6], [' ', 18])}  network 6.00`,
    '  q queue, s service, n network, r retry, t thread, - calls; capitals: the critical path',
  ]);
});
