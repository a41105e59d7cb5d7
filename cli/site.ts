import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

const configFile = join(fileURLToPath(new URL('..', import.meta.url)), 'vite.config.ts');

// vite takes a third of a second to load, so the commands that need it load it themselves.

/** The canvas: `start` serves what `build` made, `dev` serves the sources and follows their changes. */
export function addSiteCommands(program: Command): void {
  program.command('start').description('build and serve the canvas').action(start);
  program.command('build').description('build the static site, servable from any path').action(buildSite);
  program.command('dev').description('serve the canvas from its sources, for work on it').action(develop);
}

/** A built page is what users get elsewhere: same speed, same security policy. */
async function start(): Promise<void> {
  const { build, preview } = await import('vite');
  console.error('Building the canvas ...');
  await build({ configFile, logLevel: 'error' });
  const server = await preview({ configFile, logLevel: 'warn' });
  announce(server.resolvedUrls?.local);
}

async function buildSite(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile });
}

async function develop(): Promise<void> {
  const { createServer } = await import('vite');
  const server = await createServer({ configFile });
  await server.listen();
  announce(server.resolvedUrls?.local);
}

function announce(urls: readonly string[] | undefined): void {
  for (const url of urls ?? []) console.log(`Fanout Lab is at ${url} (Ctrl+C ends it)`);
}
