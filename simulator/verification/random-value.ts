import { drawUint32, pow, streamHash, uniform } from '../../scenarios/sampling/index.ts';

/** JSON, as much of it as configurations have. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** A JSON Schema, or a part of one. */
export interface Schema {
  readonly [key: string]: unknown;
}

const STREAM = streamHash('verification.random-design');

/** Draws one after the other, all from one seed. */
export class Draws {
  private count = 0;
  constructor(private readonly seed: number) {}
  /** Between 0 and 1. */
  next(): number {
    return uniform(drawUint32(this.seed, this.seed >>> 16, STREAM, this.count++));
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  /** 0 to n - 1. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** Members that are left alone: text that nothing computes with, and what would only cost memory. */
const TEXT = /^(title|description|claim)$/;
/** Largest number that is drawn: tables of servers, partitions and users are as long as they say. */
const MOST = 20_000;

/**
 * A value that a schema allows, near its default as a rule, sometimes at one of its bounds. Rules that
 * a schema cannot state are the validator's: it may refuse what comes out.
 *
 * @param root Holds the definitions that `$ref` names.
 */
export function randomValue(draws: Draws, schema: Schema, root: Schema): Json {
  if (typeof schema['$ref'] === 'string') {
    const path = schema['$ref'].replace(/^#\//, '').split('/');
    let target: unknown = root;
    for (const name of path) target = (target as Schema)[name];
    return randomValue(draws, target as Schema, root);
  }
  if (isDistribution(schema)) return randomTime(draws);
  const choices = (schema['oneOf'] ?? schema['anyOf']) as readonly Schema[] | undefined;
  if (choices !== undefined && schema['type'] === undefined)
    return randomValue(draws, draws.oneOf(choices), root);
  if ('const' in schema) return schema['const'] as Json;
  if (Array.isArray(schema['enum'])) return draws.oneOf(schema['enum'] as Json[]);
  switch (schema['type']) {
    case 'boolean':
      return draws.chance(0.5);
    case 'integer':
    case 'number':
      return randomNumber(draws, schema);
    case 'string':
      return `x${draws.below(1000)}`;
    case 'array':
      return randomArray(draws, schema, root);
    case 'object':
      return randomObject(draws, schema, root);
    default:
      return null;
  }
}

function isDistribution(schema: Schema): boolean {
  const [first] = (schema['oneOf'] as readonly Schema[] | undefined) ?? [];
  return 'distribution' in ((first?.['properties'] as object | undefined) ?? {});
}

/** Members of a distribution depend on each other more than a schema can say. */
function randomTime(draws: Draws): Json {
  const mean = pow(4, 4 * draws.next() - 2);
  const cv = 1 + 2 * draws.next();
  return draws.oneOf<Json>([
    { distribution: 'constant', ms: draws.chance(0.3) ? 0 : mean },
    { distribution: 'exponential', meanMs: mean },
    { distribution: 'erlang', meanMs: mean, k: 1 + draws.below(5) },
    { distribution: 'hyperexponential', meanMs: mean, cv },
    { distribution: 'lognormal', meanMs: mean, cv },
    { distribution: 'lognormal', p50Ms: mean, p99Ms: mean * (1.5 + 8 * draws.next()) },
    { distribution: 'uniform', minMs: mean, maxMs: mean * cv },
    { distribution: 'pareto', meanMs: mean, shape: 1.2 + 2 * draws.next() },
    {
      distribution: 'empirical',
      quantiles: [
        [0, 0.5 * mean],
        [0.9, mean],
        [1, cv * mean],
      ],
    },
  ]);
}

function randomNumber(draws: Draws, schema: Schema): number {
  const whole = schema['type'] === 'integer';
  const above = schema['exclusiveMinimum'] as number | undefined;
  const least =
    (schema['minimum'] as number | undefined) ?? (above === undefined ? 0 : above + (whole ? 1 : 1e-3));
  const most = Math.min((schema['maximum'] as number | undefined) ?? MOST, Math.max(least, MOST));
  const kind = draws.next();
  let value: number;
  if (kind < 0.08) value = least;
  else if (kind < 0.12) value = most;
  else {
    const usual = typeof schema['default'] === 'number' ? schema['default'] : most <= 1 ? 0.5 * most : 10;
    value = usual * pow(2, 6 * draws.next() - 3);
  }
  const inside = Math.min(most, Math.max(least, value));
  return whole ? Math.floor(inside) : inside;
}

function randomArray(draws: Draws, schema: Schema, root: Schema): Json[] {
  const places = schema['prefixItems'] as readonly Schema[] | undefined;
  if (places !== undefined) return places.map((item) => randomValue(draws, item, root));
  const least = (schema['minItems'] as number | undefined) ?? 0;
  return Array.from({ length: least + draws.below(3) }, () =>
    randomValue(draws, schema['items'] as Schema, root),
  );
}

function randomObject(draws: Draws, schema: Schema, root: Schema): Json {
  const required = new Set((schema['required'] as readonly string[] | undefined) ?? []);
  const members = Object.entries((schema['properties'] as Record<string, Schema> | undefined) ?? {});
  // Few at a time: many would always break one of the rules between them.
  const share = 3 / Math.max(6, members.length);
  return Object.fromEntries(
    members
      .filter(([name]) => !TEXT.test(name) && (required.has(name) || draws.chance(share)))
      .map(([name, member]) => [name, randomValue(draws, member, root)]),
  );
}
