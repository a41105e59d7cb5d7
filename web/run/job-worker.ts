import * as Comlink from 'comlink';
import { InputError } from '../../scenarios/index.ts';
import { compile, createRun, type Model, type RunRecord } from '../../simulator/index.ts';
import { parse } from './parse.ts';
import type { Form } from './protocol.ts';

/** A file in the form in which it ran. */
export interface RanFile {
  readonly text: string;
  readonly form: Form;
}
export interface JobCommands {
  /** A run to its end; null: the rules of the format, or the compiler, refuse the changed design. */
  record(file: RanFile, set: Readonly<Record<string, unknown>>, seed: number): RunRecord | null;
}

/** Of the design that came last: several runs of it follow on one another. */
let compiled: { readonly key: string; readonly model: Model | null } | null = null;

const commands: JobCommands = {
  record(file, set, seed) {
    const key = JSON.stringify([file, set]);
    if (compiled?.key !== key) compiled = { key, model: modelOf(file, set) };
    if (compiled.model === null) return null;
    const run = createRun(compiled.model, { seed });
    run.advance({});
    return run.record();
  },
};

function modelOf({ text, form }: RanFile, set: Readonly<Record<string, unknown>>): Model | null {
  try {
    return compile(parse(text, form, set).scenario);
  } catch (error) {
    if (error instanceof InputError && Object.keys(set).length > 0) return null;
    throw error;
  }
}

Comlink.expose(commands);
