import type { Command } from 'commander';
import { notYet } from './exit.ts';

/** Commands that the product is to have: what each is going to do, and what does it until then. */
const announced = [
  ['sweep', 'run a grid of settings', 'Run `fanout-lab simulate` once a setting.'],
  ['grade', "run an exported design against an instructor's scenarios", 'Run `fanout-lab simulate --check`.'],
  ['calibrate', 'fit parameters to measurements of the real stack', 'Run `fanout-lab simulate`.'],
] as const;

/** Adds them to the help and ends each with the code that says so, whatever its arguments are. */
export function addAnnouncedCommands(program: Command): void {
  for (const [name, description, fix] of announced) {
    program
      .command(name)
      .description(`${description} (not there yet)`)
      .argument('[arguments...]')
      .allowUnknownOption()
      .action(() => {
        throw notYet(`The command ${name}`, fix);
      });
  }
}
