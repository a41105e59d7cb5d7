/** The script that has Node run a program: `node ${runner} PROGRAM [ARGUMENT ...]`. */
export const runner: string;
/** Runs a program, named by its path from the root, in this process or worker thread. */
export function runProgram(program: string): Promise<void>;
