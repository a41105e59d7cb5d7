import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOf, requirePrograms } from './programs.ts';
import { runToEnd } from './run-to-end.ts';
import { stackError } from './stack-error.ts';

/** Servers that come as jars; `jars/NAME/pom.xml` names the version. */
export type JarSet = 'cassandra' | 'kafka' | 'object-store';

export const jarsVariable = 'FANOUT_LAB_JARS';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where jars are kept, on the machine for all stacks. */
export function jarsDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  return environment[jarsVariable] || join(root, '.cache', 'jars');
}

/** The folder of one set; a new version in the pom is a new folder. */
export function jarSetDirectory(directory: string, set: JarSet): string {
  const digest = createHash('sha256')
    .update(readFileSync(pomOf(set)))
    .digest('hex')
    .slice(0, 8);
  return join(directory, `${set}-${digest}`);
}

/**
 * Fetches a set with Maven when it is not there. Two that do so at once do not disturb each other.
 *
 * @returns the jars, in an order that is always the same
 * @throws InputError FL-missing-program without Maven, FL-stack when it fails
 */
export async function fetchJars(
  directory: string,
  set: JarSet,
  onFetch: () => void,
): Promise<readonly string[]> {
  const folder = join(jarSetDirectory(directory, set), 'lib');
  if (!existsSync(folder)) {
    onFetch();
    await download(set, folder);
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(folder, name));
}

/** For a program of seconds: half the processor time of Java as it comes. */
const briefJava = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

async function download(set: JarSet, folder: string): Promise<void> {
  const mvn = programOf(requirePrograms(['mvn', 'java']), 'mvn');
  const temporary = `${folder}.${String(process.pid)}`;
  mkdirSync(temporary, { recursive: true });
  const args = [
    ...['-q', '-B', '-f', pomOf(set), 'dependency:copy-dependencies'],
    ...['-DincludeScope=runtime', `-DoutputDirectory=${temporary}`],
  ];
  const failure = await runToEnd(mvn, args, {
    environment: { MAVEN_OPTS: `${briefJava} ${process.env['MAVEN_OPTS'] ?? ''}`.trim() },
  });
  if (failure !== null) {
    rmSync(temporary, { recursive: true });
    throw stackError(
      `Maven could not fetch the jars of ${set}: ${failure}`,
      'It needs a reachable Maven repository; ~/.m2/settings.xml names mirrors and proxies.',
    );
  }
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function pomOf(set: JarSet): string {
  return fileURLToPath(new URL(`jars/${set}/pom.xml`, import.meta.url));
}
