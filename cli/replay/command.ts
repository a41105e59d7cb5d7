import type { Command } from 'commander';
import { integer, positive } from '../numbers.ts';
import type { ReplayCommandOptions } from './options.ts';

// The clients of the stores take half a second to load, so only this command loads them.

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description(
      'run the bench-scale form of a scenario on a real stack of its own, and check what it promised',
    )
    .argument('<scenario>', 'path of a scenario file, or id of a built-in scenario, with a `reference` form')
    .option('--small', 'one node of most parts: fits a laptop, loses its guarantees', false)
    .option('--seed <n>', "seed of the load, instead of the scenario's", integer(0, Number.MAX_SAFE_INTEGER))
    .option('--duration <seconds>', "seconds of load, instead of the scenario's", positive)
    .option('--json <file>', 'write the result file; - writes it, and nothing else, to standard output')
    .option('--history <file>', 'keep what every client saw, a line an operation')
    .option('--lateness <ms>', 'how late 1 in 100 requests may leave; 50 unless given', positive)
    .option(
      '--allow-external <host>',
      'a host outside of this machine that may be written to and sent load; may be repeated',
      (host: string, hosts: readonly string[]) => [...hosts, host],
      [],
    )
    .option('--check', 'end with exit code 3 when an expectation fails or a promise is broken', false)
    .action(async (scenario: string, options: ReplayCommandOptions) => {
      const { runReplay } = await import('./action.ts');
      await runReplay(scenario, options);
    });
}
