import { describe, expect, it } from 'vitest';
import { countTests } from './count-tests.mjs';

const suite = (assertionResults, more = {}) => ({
  name: '/repo/a.test.ts',
  status: 'passed',
  message: '',
  assertionResults: assertionResults.map((status) => ({ status, fullName: 'x' })),
  ...more,
});

describe('counting tests', () => {
  it('adds up suites', () => {
    const counted = countTests(
      [suite(['passed', 'passed']), suite(['passed', 'failed'], { status: 'failed' })],
      '/repo',
    );
    expect(counted).toEqual({ passed: 3, failed: 1, problems: [] });
  });

  it.each(['pending', 'skipped', 'todo', 'disabled'])('counts a test that was %s as failed', (status) => {
    const counted = countTests([suite(['passed', status])], '/repo');
    expect(counted).toEqual({ passed: 1, failed: 1, problems: [`a.test.ts: "x" was ${status}`] });
  });

  it('counts a file that could not be loaded, or has no tests', () => {
    expect(countTests([suite([], { status: 'failed', message: 'no such module' })], '/repo')).toEqual({
      passed: 0,
      failed: 1,
      problems: ['a.test.ts: no such module'],
    });
    expect(countTests([suite([])], '/repo')).toMatchObject({
      failed: 1,
      problems: ['a.test.ts: has no tests'],
    });
  });

  it('counts a file that failed in a hook', () => {
    expect(countTests([suite(['passed'], { status: 'failed', message: 'afterAll' })], '/repo')).toEqual({
      passed: 1,
      failed: 1,
      problems: ['a.test.ts: afterAll'],
    });
  });

  it('counts an empty report', () => {
    expect(countTests([], '/repo')).toEqual({ passed: 0, failed: 1, problems: ['no test files found'] });
  });
});
