import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { inputError } from './exit.ts';

const configFile = join(fileURLToPath(new URL('..', import.meta.url)), 'vite.config.ts');

// vite takes a third of a second to load, so the commands that need it load it themselves.

/** The canvas: `start` serves what `build` made, `dev` serves the sources and follows their changes. */
export function addSiteCommands(program: Command): void {
  program.command('start').description('build and serve the canvas').addOption(portOption()).action(start);
  program.command('build').description('build the static site, servable from any path').action(buildSite);
  program
    .command('dev')
    .description('serve the canvas from its sources, for work on it')
    .addOption(portOption())
    .action(develop);
}

interface SiteOptions {
  readonly port?: number;
}

const portOption = (): Option =>
  new Option('--port <port>', 'listen there; without it at 5173, or the next free port').argParser(
    portNumber,
  );

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw inputError('FL-usage', `"${text}" is no port.`, 'Give a number from 1 to 65535.');
}

/** A port that was asked for is that one or none. @throws InputError FL-usage when it is taken */
async function listening<Server>(port: number | undefined, listen: () => Promise<Server>): Promise<Server> {
  try {
    return await listen();
  } catch (error) {
    if (port === undefined || !/already in use/.test((error as Error).message)) throw error;
    throw inputError(
      'FL-usage',
      `Something else listens on port ${port}.`,
      'Name another, or leave --port out.',
    );
  }
}

const serverOptions = ({ port }: SiteOptions) => (port === undefined ? {} : { port, strictPort: true });

/** A built page is what users get elsewhere: same speed, same security policy. */
async function start(options: SiteOptions): Promise<void> {
  const { build, preview } = await import('vite');
  console.error('Building the canvas ...');
  await build({ configFile, logLevel: 'error' });
  const server = await listening(options.port, () =>
    preview({ configFile, logLevel: 'warn', preview: serverOptions(options) }),
  );
  announce(server.resolvedUrls?.local);
}

async function buildSite(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile });
}

async function develop(options: SiteOptions): Promise<void> {
  const { createServer } = await import('vite');
  const server = await listening(options.port, async () =>
    (await createServer({ configFile, server: serverOptions(options) })).listen(),
  );
  announce(server.resolvedUrls?.local);
}

function announce(urls: readonly string[] | undefined): void {
  for (const url of urls ?? []) console.log(`Fanout Lab is at ${url} (Ctrl+C ends it)`);
}
