/** `node run.mjs PROGRAM [ARGUMENT ...]`: runs one of our programs, named by its path from the root. */
import { runProgram } from './programs.mjs';

const [program = ''] = process.argv.splice(2, 1);
await runProgram(program);
