import { fetchJars, jarsDirectory, jarSetDirectory, type JarSet } from './jars.ts';
import { formatKafka } from './kafka-format.ts';
import type { PlanContext } from './parts/part.ts';
import type { StackPart } from './process-spec.ts';
import { programOf, requirePrograms, type Program } from './programs.ts';

const programsOf: Readonly<Record<StackPart, readonly Program[]>> = {
  redis: ['redis-server'],
  cassandra: ['java'],
  kafka: ['java'],
  'object-store': ['java'],
  cdn: ['nginx'],
  'load-balancers': ['haproxy'],
  services: [],
};
const jarSets: readonly JarSet[] = ['cassandra', 'kafka', 'object-store'];

export type Prerequisites = Pick<PlanContext, 'jars' | 'kafkaBootstrap' | 'programs'>;

/**
 * Everything of the system and of Maven that these parts need.
 *
 * @throws InputError FL-missing-program naming all that is missing, FL-stack when Maven fails
 */
export async function prepare(
  parts: readonly StackPart[],
  environment: Readonly<Record<string, string | undefined>>,
  onFetch: (set: JarSet) => void,
): Promise<Prerequisites> {
  const programs = requirePrograms([...new Set(parts.flatMap((part) => programsOf[part]))]);
  const directory = jarsDirectory(environment);
  const jars = new Map<JarSet, readonly string[]>();
  for (const set of jarSets.filter((name) => parts.includes(name)))
    jars.set(
      set,
      await fetchJars(directory, set, () => {
        onFetch(set);
      }),
    );
  const bootstrap = parts.includes('kafka')
    ? await formatKafka(
        programOf(programs, 'java'),
        required(jars.get('kafka')),
        jarSetDirectory(directory, 'kafka'),
      )
    : undefined;
  return {
    programs,
    jars: (set) => required(jars.get(set)),
    kafkaBootstrap: () => required(bootstrap),
  };
}

/** A part asks only for what it is listed with above. */
function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('A part needs more than it is listed with.');
  return value;
}
