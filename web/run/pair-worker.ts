import * as Comlink from 'comlink';
import { compile, createRun, type Model, type RunRecord } from '../../simulator/index.ts';
import { parse } from './parse.ts';
import type { Form } from './protocol.ts';

/** A file in the form in which it ran. */
export interface RanFile {
  readonly text: string;
  readonly form: Form;
}
export interface PairCommands {
  /** A run to its end. */
  record(file: RanFile, seed: number): RunRecord;
}

/** Compiled once a file: every pair runs the same two. */
const models = new Map<string, Model>();

const commands: PairCommands = {
  record(file, seed) {
    const key = `${file.form} ${file.text}`;
    const model = models.get(key) ?? compile(parse(file.text, file.form).scenario);
    models.set(key, model);
    const run = createRun(model, { seed });
    run.advance({});
    return run.record();
  },
};

Comlink.expose(commands);
