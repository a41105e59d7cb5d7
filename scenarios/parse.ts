import { InputError, type Problem } from './errors.ts';
import { applySetKeys } from './apply-changes.ts';
import { inspect } from './inspect.ts';
import { readJson } from './read-json.ts';
import { readFile, type ReadOptions } from './read-file.ts';
import { Report } from './report.ts';
import { resolve } from './resolve.ts';
import type { Scenario } from './scenario.ts';
import { scenarioFile } from './scenario-file.ts';

export interface ParseOptions extends ReadOptions {
  /** Name for messages; the text is not read from there. */
  readonly file?: string;
  /** Same as `form: 'short'`. */
  readonly short?: boolean;
  /** The form of the scenario to take; absent: the full one. */
  readonly form?: 'short' | 'reference';
  /** Values by path, laid over everything else: what `--duration` and `sweep --set` change. */
  readonly set?: Readonly<Record<string, unknown>>;
}

export interface Parsed {
  readonly scenario: Scenario;
  /** What was understood in another way than it was written. */
  readonly notes: readonly Problem[];
}

/**
 * Reads the text of a scenario file: syntax, then the designs that it extends, then the form that is
 * asked for, then every rule. Throws InputError with all problems found, except that text which is
 * not JSON hides what comes after.
 */
export function parseScenario(text: string, options: ParseOptions): Parsed {
  let document: unknown;
  try {
    document = readJson(text);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.problems, options.file);
    throw error;
  }
  return checkScenario(document, options);
}

/** The same for a document that is parsed already, as the canvas holds it. It is not changed. */
export function checkScenario(document: unknown, options: ParseOptions): Parsed {
  const unsafe = [...inspect(document), ...inspect(options.set ?? {})];
  if (unsafe.length > 0) throw new InputError(unsafe, options.file);
  const report = new Report();
  const form = options.form ?? (options.short === true ? 'short' : null);
  const file = readFile(document, { ...options, form }, report);
  if (file !== null && options.set !== undefined) {
    applySetKeys(file.draft, { ...options.set }, { path: 'set', base: null }, report);
  }
  const scenario = file === null ? null : resolve(file, report);
  if (scenario === null || report.hasErrors) throw new InputError(report.problems, options.file);
  return { scenario, notes: report.problems };
}

/**
 * A scenario with some values changed, by the same paths and rules as `set` in a file. Throws
 * InputError; a problem's path begins with `set`.
 */
export function applySet(scenario: Scenario, set: Readonly<Record<string, unknown>>): Scenario {
  return checkScenario(scenarioFile(scenario), { find: () => undefined, set }).scenario;
}
