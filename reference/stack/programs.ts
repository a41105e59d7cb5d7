import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stackError } from './stack-error.ts';

/** A program of the system that some part needs, and the Debian package that has it. */
const packages = {
  'redis-server': 'redis-server',
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
} as const;
export type Program = keyof typeof packages;
/** Paths of those that were asked for. */
export type Programs = Readonly<Partial<Record<Program, string>>>;

/** Debian keeps servers where ordinary users do not look. */
const furtherFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** @returns its path, or null */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...furtherFolders];
  return (
    folders
      .map((folder) => join(folder, name))
      .find((file) => {
        try {
          accessSync(file, constants.X_OK);
          return true;
        } catch {
          return false;
        }
      }) ?? null
  );
}

/** @throws InputError FL-missing-program naming all that are missing, and the command that installs them */
export function requirePrograms(names: readonly Program[]): Programs {
  const found = names.map((name) => [name, findProgram(name)] as const);
  const missing = found.filter(([, path]) => path === null).map(([name]) => name);
  if (missing.length > 0)
    throw stackError(
      `The reference stack needs ${missing.join(', ')}.`,
      `Install them, on Debian or Ubuntu as root: apt-get install -y --no-install-recommends ${missing.map((name) => packages[name]).join(' ')}.`,
      'FL-missing-program',
    );
  return Object.fromEntries(found) as Programs;
}

/** @throws Error when it was not asked for: our own fault */
export function programOf(programs: Programs, name: Program): string {
  const path = programs[name];
  if (path === undefined) throw new Error(`${name} is used and was not asked for.`);
  return path;
}
