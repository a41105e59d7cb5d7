import { Command, CommanderError } from 'commander';
import { InputError } from '../scenarios/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import { addBenchCommand } from './bench/index.ts';
import { addClaimsCommand } from './claims/index.ts';
import { addDocsCommand } from './docs/index.ts';
import { describeProblems, exitCodes, inputError, ReplayableError } from './exit.ts';
import { addMutationsCommand } from './mutations.ts';
import { addAnnouncedCommands } from './not-yet.ts';
import { addReferenceCommand } from './reference/index.ts';
import { addReplayCommand } from './replay/index.ts';
import { addSimulateCommand } from './simulate.ts';
import { addSiteCommands } from './site.ts';
import { addSoakCommand } from './soak.ts';
import { addVerifyCommand } from './verify/index.ts';

/** `fanout-lab`: reads the command line, runs one command, and turns every failure into an exit code. */
async function main(): Promise<void> {
  const program = new Command('fanout-lab')
    .description(packageJson.description)
    .version(packageJson.version)
    // Errors are reported below, with a code.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  addSiteCommands(program);
  addSimulateCommand(program);
  addClaimsCommand(program);
  addVerifyCommand(program);
  addBenchCommand(program);
  addSoakCommand(program);
  addMutationsCommand(program);
  addDocsCommand(program);
  addReferenceCommand(program);
  addReplayCommand(program);
  addAnnouncedCommands(program);
  try {
    if (process.argv.length <= 2) throw usageError('No command is given.');
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Writes what went wrong to standard error. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version were asked for, and written.
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.message.replace(/^error: /, '').split('\n')[0]!;
    return report(usageError(asSentence(message)));
  }
  if (error instanceof InputError) {
    console.error(describeProblems(error.problems, error.file));
    return exitCodes.badInput;
  }
  console.error('This is a fault of Fanout Lab, not of your input. Please report it with these lines:');
  if (error instanceof ReplayableError) {
    console.error(`It happens again with --seed ${String(error.seed)} --replications 1.`);
    console.error(error.cause);
  } else console.error(error);
  console.error(
    `fanout-lab ${packageJson.version}, Node ${process.version}: ${process.argv.slice(2).join(' ')}`,
  );
  return exitCodes.ourFault;
}

function usageError(message: string): InputError {
  return inputError('FL-usage', message, 'Add --help to see what there is.');
}

function asSentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}

// A reader that has seen enough, such as `head`, closes the pipe: no fault of anyone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.ourFault);
});

await main();
