import { Argument, type Command } from 'commander';
import type { ProfileName } from '../../reference/stack/index.ts';

export interface ReferenceOptions {
  readonly small: boolean;
  readonly full: boolean;
  readonly only?: string;
}

const verbs = ['up', 'status', 'down', 'measure'] as const;

// The clients of the stores take half a second to load, so only this command loads them.

export function addReferenceCommand(program: Command): void {
  program
    .command('reference')
    .description('start, show and end the real stack')
    .addArgument(
      new Argument(
        '<verb>',
        'what to do; measure: kill parts of a stack of its own and time what follows',
      ).choices(verbs),
    )
    .option('--small', 'one node of most parts: fits a laptop, loses its guarantees', false)
    .option('--full', 'the published design; default', false)
    .option('--only <parts>', 'with up: only these parts, separated by commas')
    .action(async (verb: (typeof verbs)[number], options: ReferenceOptions) => {
      const profile: ProfileName = options.small && !options.full ? 'small' : 'full';
      const actions = await import('./actions.ts');
      await actions[verb](profile, options.only);
    });
}
