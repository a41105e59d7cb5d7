import {
  endStack,
  measureFailOver,
  stackParts,
  stackStatus,
  startStack,
  type ProfileName,
  type StackPart,
} from '../../reference/stack/index.ts';
import { ensurePrograms, programsOfTheStack } from '../../scripts/system-packages.mjs';
import { inputError } from '../exit.ts';
import { progressLog } from './progress-log.ts';
import { describeStatus } from './status.ts';

/** Returns when all of it works; it goes on running. Ctrl+C before that ends what was started. */
export async function up(profile: ProfileName, only?: string): Promise<void> {
  const parts = only === undefined ? stackParts : partsOf(only);
  installPrograms();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      interruption.abort(inputError('FL-stack', 'Interrupted.', 'What had been started was ended again.'));
    });
  await startStack({
    profile,
    parts,
    environment: process.env,
    lifetime: 'detached',
    signal: interruption.signal,
    onProgress: progressLog(),
  });
  status(profile);
  console.log(`To end it: npm run reference -- down${profile === 'small' ? ' --small' : ''}`);
}

/** Fail-over times of the real parts, as a table in Markdown. */
export async function measure(profile: ProfileName): Promise<void> {
  installPrograms();
  const table = await measureFailOver({ profile, environment: process.env }, (text) => {
    console.error(text);
  });
  console.log(table);
}

function installPrograms(): void {
  const missing = ensurePrograms(programsOfTheStack);
  if (missing !== null)
    throw inputError('FL-missing-program', 'The reference stack needs programs of the system.', missing);
}

export function status(profile: ProfileName): void {
  console.log(describeStatus(stackStatus(profile, process.env)));
}

export async function down(profile: ProfileName): Promise<void> {
  const ended = await endStack(profile, process.env);
  console.log(
    ended.length === 0
      ? `Nothing of the ${profile} stack was running.`
      : `Ended ${String(ended.length)} processes of the ${profile} stack.`,
  );
}

function partsOf(text: string): readonly StackPart[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !(stackParts as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw inputError(
      'FL-usage',
      `There is no part ${unknown.join(', ')} for --only.`,
      `Choose from ${stackParts.join(', ')}.`,
    );
  return names as StackPart[];
}
