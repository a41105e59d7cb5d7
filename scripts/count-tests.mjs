import { relative } from 'node:path';

/**
 * Counts the tests of a vitest JSON report. Skipped tests, files that could not be loaded and an empty
 * report count as failed: nothing is skipped in silence.
 *
 * @param {readonly { name: string, status: string, message?: string, assertionResults: readonly { status: string, fullName: string }[] }[]} suites
 * @param {string} root folder that file names are shown from
 * @returns {{ passed: number, failed: number, problems: string[] }}
 */
export function countTests(suites, root) {
  const counted = { passed: 0, failed: 0, problems: [] };
  const fail = (problem) => {
    counted.failed += 1;
    if (problem !== undefined) counted.problems.push(problem);
  };
  if (suites.length === 0) fail('no test files found');
  for (const { name, status, message, assertionResults } of suites) {
    const where = relative(root, name);
    for (const test of assertionResults) {
      if (test.status === 'passed') counted.passed += 1;
      // vitest has printed why a test failed.
      else fail(test.status === 'failed' ? undefined : `${where}: "${test.fullName}" was ${test.status}`);
    }
    if (assertionResults.length === 0) fail(`${where}: ${message || 'has no tests'}`);
    else if (status === 'failed' && assertionResults.every((test) => test.status !== 'failed'))
      fail(`${where}: ${message || 'failed outside of its tests'}`);
  }
  return counted;
}
