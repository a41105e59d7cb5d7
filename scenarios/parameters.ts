import { edgeConfig } from './format/edges.ts';
import { isObject } from './json-path.ts';
import { findKind } from './kinds/index.ts';
import type { Scenario } from './scenario.ts';
import { z } from './zod.ts';

/** A number of a design that could be another one: what an experiment may change. */
export interface Parameter {
  /** As `set` takes it: `feed-service.threads`, `a->b.timeoutMs`; of a random time, that of the distribution. */
  readonly path: string;
  /** Id of the node or the edge. */
  readonly owner: string;
  /** Name of the member. */
  readonly title: string;
  /** `ms`, `count`, `ratio`, ... as in docs/format.md; null: the member has none. */
  readonly unit: string | null;
  /** What it is now; of a random time the first figure that its distribution gives, ms. */
  readonly value: number;
  /** Another value of it. */
  readonly range: NumberRange | RandomTime;
}

interface NumberRange {
  readonly type: 'number';
  readonly whole: boolean;
  readonly minimum: number;
  readonly maximum: number;
}
interface RandomTime {
  readonly type: 'random time';
  readonly distribution: Readonly<Record<string, unknown>>;
}

/** A parameter with another value: what `set` takes to give it that. */
export interface Scaled {
  readonly to: number;
  readonly set: Readonly<Record<string, unknown>>;
}

/**
 * Every number that a design sets, on nodes and on edges. Left out: clients, which are the workload and not the
 * design; what is off (null) or zero, which no factor changes.
 */
export function parametersOf({ design }: Scenario): readonly Parameter[] {
  const ofEdge = schemaOf(edgeConfig);
  return [
    ...design.nodes.flatMap(({ id, kind, config }) => {
      const definition = findKind(kind)!;
      return definition.role === 'client' ? [] : numbersIn(schemaOf(definition.config), config, id, [id]);
    }),
    ...design.edges.flatMap(({ id, config }) => numbersIn(ofEdge, config, id, [id])),
  ];
}

/**
 * The parameter times a factor above 0: whole numbers stay whole and change by one at least, everything stays
 * within its bounds, a share above one half has its complement divided (a hit ratio of 0.9 times 1.25 is 0.92),
 * of a random time all times are multiplied. Null: the bounds leave no other value.
 */
export function scaleParameter({ path, unit, value, range }: Parameter, factor: number): Scaled | null {
  if (range.type === 'random time') {
    const distribution = scaleTimes(range.distribution, factor);
    return { to: tidy(value * factor), set: { [path]: distribution } };
  }
  const { whole, minimum, maximum } = range;
  const isShare = unit === 'ratio' && minimum >= 0 && maximum <= 1;
  const wanted = isShare && value > 0.5 ? tidy(1 - (1 - value) / factor) : tidy(value * factor);
  const rounded = whole ? nextWhole(value, wanted) : wanted;
  const to = Math.min(Math.max(rounded, minimum), maximum);
  return to === value ? null : { to, set: { [path]: to } };
}

/** The whole number nearest to what is wanted that is not the present one. */
function nextWhole(value: number, wanted: number): number {
  return wanted > value ? Math.max(Math.round(wanted), value + 1) : Math.min(Math.round(wanted), value - 1);
}

/** Without the dust of binary fractions: 0.3 and not 0.30000000000000004. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** Members of a distribution that say its shape, and not how long it takes. */
const shapes: readonly string[] = ['distribution', 'cv', 'k', 'shape'];

function scaleTimes(distribution: Readonly<Record<string, unknown>>, factor: number): object {
  return Object.fromEntries(
    Object.entries(distribution).map(([name, value]) => {
      if (name === 'quantiles') {
        const points = value as readonly (readonly [number, number])[];
        return [name, points.map(([q, ms]) => [q, tidy(ms * factor)])];
      }
      return [name, shapes.includes(name) || typeof value !== 'number' ? value : tidy(value * factor)];
    }),
  );
}

/** The first time of a distribution that is not zero, ms; 0: it takes no time. */
function typicalMs(distribution: Readonly<Record<string, unknown>>): number {
  const quantiles = (distribution['quantiles'] ?? []) as readonly (readonly [number, number])[];
  const times = Object.entries(distribution)
    .filter(([name, value]) => !shapes.includes(name) && typeof value === 'number')
    .map(([, value]) => value as number);
  return [...times, ...quantiles.map(([, ms]) => ms)].find((ms) => ms > 0) ?? 0;
}

// ---- what the schemas say ----------------------------------------------------------------------------------

/** What is read of a JSON Schema. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly title?: string;
  readonly unit?: string;
}

const schemas = new WeakMap<z.ZodType, Schema>();

function schemaOf(type: z.ZodType): Schema {
  const known = schemas.get(type);
  if (known !== undefined) return known;
  const schema = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema;
  schemas.set(type, schema);
  return schema;
}

function numbersIn(root: Schema, value: unknown, owner: string, path: readonly string[]): Parameter[] {
  const walk = (schema: Schema, at: unknown, address: readonly string[]): Parameter[] => {
    const { title = address.at(-1)!, unit = null } = schema;
    const known = { path: address.join('.'), owner, title, unit };
    if (typeof at === 'number') {
      if (at === 0) return [];
      const { type, minimum = -Infinity, maximum = Infinity } = fitting(root, schema, at);
      return [
        { ...known, value: at, range: { type: 'number', whole: type === 'integer', minimum, maximum } },
      ];
    }
    if (Array.isArray(at)) {
      const { items } = fitting(root, schema, at);
      return items === undefined
        ? []
        : at.flatMap((item: unknown, i) =>
            isObject(item) ? walk(items, item, [...address, String(i)]) : [],
          );
    }
    if (!isObject(at)) return [];
    if (typeof at['distribution'] === 'string') {
      const ms = typicalMs(at);
      return ms === 0
        ? []
        : [{ ...known, unit: 'ms', value: ms, range: { type: 'random time', distribution: at } }];
    }
    const { properties = {} } = fitting(root, schema, at);
    return Object.entries(at).flatMap(([name, member]) => {
      const inner = properties[name];
      return inner === undefined ? [] : walk(inner, member, [...address, name]);
    });
  };
  return walk(root, value, path);
}

/** The schema itself, or the one of its forms that a value takes. */
function fitting(root: Schema, schema: Schema, value: unknown): Schema {
  if (schema.$ref !== undefined) {
    const inner = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return inner === undefined ? schema : fitting(root, inner, value);
  }
  const forms = schema.anyOf ?? schema.oneOf;
  return forms?.map((form) => fitting(root, form, value)).find((form) => takes(form, value)) ?? schema;
}

function takes({ type, properties = {} }: Schema, value: unknown): boolean {
  if (typeof value === 'number') return type === 'number' || type === 'integer';
  if (Array.isArray(value)) return type === 'array';
  return (
    type === 'object' &&
    isObject(value) &&
    Object.entries(properties).every(
      ([name, member]) => member.const === undefined || member.const === value[name],
    )
  );
}
