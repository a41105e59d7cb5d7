/** Entry of a replication worker. */
import { runProgram } from '../../scripts/programs.mjs';

await runProgram('cli/replications/worker.ts');
