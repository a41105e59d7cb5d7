import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Command } from 'commander';
import { formatted } from './docs/index.ts';
import { endBeforeLong, exitCodes, inputError } from './exit.ts';
import { machineOfToday } from './machine.ts';

const page = 'docs/reference-soak.md';
const root = fileURLToPath(new URL('..', import.meta.url));

interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly load: number;
  readonly small: boolean;
}

export function addSoakCommand(program: Command): void {
  program
    .command('soak')
    .description('every fault in random order on the real stack, under load; writes docs/reference-soak.md')
    .option('--minutes <minutes>', 'under load', numberAbove(1), 30)
    .option('--seed <seed>', 'of the order and of the load', numberAbove(0), 1)
    .option('--load <share>', 'of the rates at bench scale: less for fewer processors', numberAbove(0.01), 1)
    .option('--small', 'the small profile, whose guarantees are not tested', false)
    .action(soak);
}

// The clients of the stores take half a second to load, so only this command loads them.
async function soak({ minutes, seed, load, small }: SoakOptions): Promise<void> {
  const { describeVerdict } = await import('../reference/checker/index.ts');
  const { replay } = await import('../reference/replay/index.ts');
  const { describeSoak, soakScenario } = await import('../reference/soak/index.ts');
  const { ensurePrograms, programsOfTheStack } = await import('../scripts/system-packages.mjs');
  const missing = ensurePrograms(programsOfTheStack);
  if (missing !== null)
    throw inputError('FL-missing-program', 'The reference stack needs programs of the system.', missing);
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      interruption.abort(inputError('FL-stack', 'Interrupted.', 'What had been started was ended again.'));
      process.exitCode = exitCodes.badInput;
      endBeforeLong();
    });
  const scenario = soakScenario(seed, Math.round(minutes * 60), load);
  const startedAtMs = performance.now();
  const result = await replay(scenario, {
    profile: small ? 'small' : 'full',
    environment: process.env,
    // What is tested are promises, no speed; the page says how late the load was.
    maximumLatenessMs: Infinity,
    signal: interruption.signal,
    onProgress: (text) => {
      console.error(`${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
    },
  });
  console.log(describeVerdict(result.checker));
  const { text } = await formatted({
    path: page,
    text: describeSoak({ scenario, result, load, ...machineOfToday() }),
  });
  writeFileSync(`${root}${page}`, text);
  console.log(`Written: ${page}`);
  if (result.checker.status === 'fail') process.exitCode = exitCodes.expectationFailed;
  endBeforeLong();
}

const numberAbove =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least)
      throw new InvalidArgumentError(`It has to be a number, at least ${String(least)}.`);
    return value;
  };
