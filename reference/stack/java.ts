/** One JVM: the classes it has, its options, what it runs. */
export interface JavaProgram {
  readonly classPath: readonly string[];
  readonly options: readonly string[];
  readonly main: string;
  readonly args: readonly string[];
}

/**
 * Content of an argument file, for `java @file`: a class path of a hundred jars would hide the rest of
 * the command line.
 */
export function javaArguments(program: JavaProgram): string {
  const words = ['-cp', program.classPath.join(':'), ...commonOptions, ...program.options, program.main];
  return [...words, ...program.args].map(quoted).join('\n') + '\n';
}

const commonOptions = [
  // Servers here live for minutes: the first compiler only, or the first 50 s are slow (measured).
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  // Would write below /tmp, and leave it there when killed.
  '-XX:-UsePerfData',
  '-Djava.awt.headless=true',
];

/** Argument files take quotes and escape with backslashes (java(1), "java Command-Line Argument Files"). */
function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
