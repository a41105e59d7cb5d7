export declare const programsOfTheStack: Readonly<
  Record<'redis-server' | 'nginx' | 'haproxy' | 'java' | 'mvn', string>
>;
export declare function findProgram(name: string): string | undefined;
export declare function ensurePrograms(programs: Readonly<Record<string, string>>): string | null;
export declare function installPackages(packages: readonly string[]): string | null;
