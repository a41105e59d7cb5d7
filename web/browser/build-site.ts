import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the built page. */
    readonly site: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the page once for all browser tests, and serves it on a free port of the loopback interface. */
export default async function buildSite(project: TestProject): Promise<() => Promise<void>> {
  const configFile = join(root, 'vite.config.ts');
  const outDir = join(root, '.cache/browser-tests/site');
  await build({ configFile, logLevel: 'error', build: { outDir } });
  const server = await preview({ configFile, logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const site = server.resolvedUrls?.local[0];
  if (site === undefined) throw new Error('The built page is not served.');
  project.provide('site', site);
  return () => server.close();
}
