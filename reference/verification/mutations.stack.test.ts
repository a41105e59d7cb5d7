import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../checker/index.ts';
import { startStack, type Stack } from '../stack/index.ts';
import { mutations } from './mutations/mutations.ts';
import { runTrial } from './mutations/run.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ profile: 'small', environment: process.env });
});
afterAll(async () => {
  await stack?.stop();
});

const broken = ({ promises }: Verdict) =>
  promises.filter(({ status }) => status === 'fail').map(({ id, violations }) => [id, violations[0]]);

/** Those that take seconds; `npm run reference:mutations` has all. */
const quick = mutations.filter(({ id }) => id === 'idempotence' || id === 'fallback');

describe.each(quick)('$id: $fault', (mutation) => {
  it('breaks no promise', async () => {
    const { verdict } = await runTrial(stack, mutation, 'in');
    expect(broken(verdict)).toEqual([]);
  });

  it('is found by the checker without the guard', async () => {
    const { verdict } = await runTrial(stack, mutation, 'out');
    const found = verdict.promises.filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(found).toEqual(expect.arrayContaining([...mutation.breaks]));
  });
});
