import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const everywhere = ['**/node_modules/**', 'dist/**', '.cache/**'];
const browser = 'web/**/*.browser.test.ts';
const documentation = 'docs/*.test.ts';
const reference = 'reference/**/*.stack.test.ts';
const long = 'reference/**/*.long.test.ts';
const whole = 'reference/verification/full.stack.test.ts';

/**
 * Five projects, because they need different things: `node` is everything that needs only Node;
 * `browser` drives the system's Chromium and builds the page once; `documentation` runs the commands
 * of the documentation and compares the generated pages; `reference` starts real servers;
 * `reference-full` is what is done on all of them, some of which takes minutes more and is no part of `npm test`.
 */
export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'node',
          include: ['**/*.test.{ts,tsx,mjs}'],
          exclude: [...everywhere, browser, documentation, reference, long],
          testTimeout: 180_000,
          // Files share modules, and with them warm code and tables: a quarter less to compute.
          isolate: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: [browser],
          globalSetup: ['web/browser/build-site.ts'],
          exclude: everywhere,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One second, as it is otherwise, is little on busy cores.
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'documentation',
          include: [documentation],
          exclude: everywhere,
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'reference',
          include: [reference],
          exclude: everywhere,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'reference-full',
          include: [long, whole],
          exclude: everywhere,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
