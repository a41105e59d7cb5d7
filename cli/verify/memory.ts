import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a piece of work found, kept on disk so that an interrupted verification goes on where it was. */
export interface Memory {
  /** What was found for these inputs by this version of the simulator; undefined: nothing, or something stale. */
  recall(task: string, inputs: unknown): unknown;
  keep(task: string, inputs: unknown, found: unknown): void;
}

/**
 * A memory in a folder, one file a task. A file is fresh as long as neither the inputs of the task nor
 * the version have changed since.
 *
 * @param version Names everything besides the inputs that a result follows from.
 */
export function openMemory(folder: string, version: string): Memory {
  mkdirSync(folder, { recursive: true });
  const fileOf = (task: string): string => join(folder, `${task.replaceAll(/[^a-z0-9-]/g, '_')}.json`);
  const keyOf = (inputs: unknown): string => sha256(JSON.stringify([version, inputs]));
  return {
    recall(task, inputs) {
      try {
        const kept = JSON.parse(readFileSync(fileOf(task), 'utf8')) as { key: string; found: unknown };
        return kept.key === keyOf(inputs) ? kept.found : undefined;
      } catch {
        // Not there, or cut off while it was written.
        return undefined;
      }
    },
    keep(task, inputs, found) {
      const file = fileOf(task);
      writeFileSync(`${file}.new`, JSON.stringify({ key: keyOf(inputs), found }));
      renameSync(`${file}.new`, file);
    },
  };
}

/** Digest of the sources that a result follows from: all of `scenarios/` and `simulator/` but their tests. */
export function engineVersion(): string {
  // What is made of results, which do not follow from it.
  const later = /^simulator\/(verdicts|sensitivity)\b/;
  return digestOf(
    ['scenarios', 'simulator'].flatMap((folder) => sourcesIn(folder).filter((name) => !later.test(name))),
  );
}

/** Digest of the sources that explanations of runs are made by. */
export function explanationVersion(): string {
  return digestOf(sourcesIn('simulator/verdicts/causes'));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|bench|fixture)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
