import type { z } from 'zod';
import type { FieldMeta } from '../../scenarios/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../document/index.ts';

/**
 * What a form needs to know of a schema, as plain data: the only place of the canvas that reads
 * inside zod. Every kind's configuration panel is generated from it.
 */
interface FieldBase {
  readonly meta: Partial<FieldMeta>;
  readonly nullable: boolean;
  readonly optional: boolean;
  readonly defaultValue: Json | undefined;
}

export interface Member {
  readonly name: string;
  readonly field: Field;
}

/** The least or the most that a number may be, and whether it may be just that. */
export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

export type Field = FieldBase &
  (
    | {
        readonly type: 'number';
        readonly integer: boolean;
        readonly minimum: Bound;
        readonly maximum: Bound;
      }
    | { readonly type: 'string' }
    | { readonly type: 'boolean' }
    | { readonly type: 'literal'; readonly value: Json }
    | { readonly type: 'enum'; readonly options: readonly string[] }
    | {
        readonly type: 'object';
        readonly members: readonly Member[];
        readonly oneOf: readonly (readonly string[])[];
      }
    | { readonly type: 'array'; readonly item: Field }
    | { readonly type: 'tuple'; readonly items: readonly Field[] }
    | { readonly type: 'record'; readonly value: Field }
    /** A discriminated union: one member names the form that the others take. */
    | { readonly type: 'choice'; readonly discriminator: string; readonly options: readonly Choice[] }
    /** Forms without a naming member, told apart by what fits. */
    | { readonly type: 'alternatives'; readonly options: readonly Field[] }
    /** Anything: edited as JSON. */
    | { readonly type: 'json' }
  );

export type FieldOf<Type extends Field['type']> = Extract<Field, { type: Type }>;

export interface Choice {
  /** Unique among the options; differs from `value` where one form can be given in two ways. */
  readonly key: string;
  readonly value: string;
  readonly title: string;
  readonly members: readonly Member[];
}

const models = new WeakMap<z.ZodType, Field>();

/** The field model of a schema; computed once a schema. */
export function fieldModel(schema: z.ZodType): Field {
  let model = models.get(schema);
  if (!model) {
    model = read(schema, { meta: {}, nullable: false, optional: false, defaultValue: undefined });
    models.set(schema, model);
  }
  return model;
}

function read(schema: z.ZodType, outer: FieldBase): Field {
  // The outermost description wins: it speaks of this member, an inner one of its type.
  const base: FieldBase = { ...outer, meta: { ...metaOf(schema), ...outer.meta } };
  const def = (schema as z.ZodType & { def: z.core.$ZodTypeDef }).def as unknown as Definition;
  switch (def.type) {
    case 'prefault':
      // Members have defaults of their own, and those are what is shown.
      return read(def.innerType, base);
    case 'default': {
      const value = def.defaultValue;
      return read(def.innerType, {
        ...base,
        defaultValue:
          base.defaultValue ?? ((typeof value === 'function' ? (value as () => Json)() : value) as Json),
      });
    }
    case 'nullable':
      return read(def.innerType, { ...base, nullable: true });
    case 'optional':
    case 'exactOptional':
      return read(def.innerType, { ...base, optional: true });
    case 'readonly':
    case 'nonoptional':
      return read(def.innerType, base);
    case 'pipe':
      return read(def.in, base);
    case 'number':
      return { ...base, type: 'number', ...boundsOf(schema) };
    case 'string':
      return { ...base, type: 'string' };
    case 'boolean':
      return { ...base, type: 'boolean' };
    case 'literal':
      return { ...base, type: 'literal', value: (def.values[0] ?? null) as Json };
    case 'enum':
      return { ...base, type: 'enum', options: Object.values(def.entries).map(String) };
    case 'object':
      return { ...base, type: 'object', members: membersOf(def.shape), oneOf: oneOfGroups(schema) };
    case 'array':
      return { ...base, type: 'array', item: fieldModel(def.element) };
    case 'tuple':
      return { ...base, type: 'tuple', items: def.items.map(fieldModel) };
    case 'record':
      return { ...base, type: 'record', value: fieldModel(def.valueType) };
    case 'union':
      return readUnion(def, base);
    default:
      // Among them `lazy`: a schema that holds itself has no finite form.
      return { ...base, type: 'json' };
  }
}

function readUnion(def: Extract<Definition, { type: 'union' }>, base: FieldBase): Field {
  const options = def.options.map(fieldModel);
  const discriminator = def.discriminator ?? commonLiteral(options);
  if (discriminator === undefined) return { ...base, type: 'alternatives', options };
  return {
    ...base,
    type: 'choice',
    discriminator,
    options: options.flatMap((option) => {
      if (option.type !== 'object') return [];
      const name = option.members.find((member) => member.name === discriminator);
      if (name?.field.type !== 'literal') return [];
      const value = String(name.field.value);
      const members = option.members.filter((member) => member !== name);
      const title = name.field.meta.title ?? option.meta.title ?? value;
      if (option.oneOf.length === 0) return [{ key: value, value, title, members }];
      const others = new Set(option.oneOf.flat());
      return option.oneOf.map((group) => ({
        key: `${value}:${group.join()}`,
        value,
        title: `${title} (${group.map((member) => shortName(member, members)).join(', ')})`,
        members: members
          .filter((member) => group.includes(member.name) || !others.has(member.name))
          .map((member) => ({ ...member, field: { ...member.field, optional: false } })),
      }));
    }),
  };
}

function shortName(name: string, members: readonly Member[]): string {
  return (members.find((member) => member.name === name)?.field.meta.title ?? name).toLowerCase();
}

/** The option that a value takes, by its naming member and then by the members that are there. */
export function choiceOf(field: FieldOf<'choice'>, value: Json | undefined): Choice | undefined {
  if (!isJsonObject(value)) return undefined;
  const named = field.options.filter((option) => option.value === value[field.discriminator]);
  return named.find((option) => option.members.every((member) => member.name in value)) ?? named[0];
}

/** The member that is a literal in every option of a plain union of objects. */
function commonLiteral(options: readonly Field[]): string | undefined {
  const first = options[0];
  if (first?.type !== 'object') return undefined;
  return first.members
    .map((member) => member.name)
    .find((name) =>
      options.every(
        (option) =>
          option.type === 'object' &&
          option.members.some((member) => member.name === name && member.field.type === 'literal'),
      ),
    );
}

function membersOf(shape: Readonly<Record<string, z.ZodType>>): readonly Member[] {
  return Object.entries(shape).map(([name, schema]) => ({ name, field: fieldModel(schema) }));
}

/** `.meta({ oneOf: [{ required }, ...] })`: groups of members of which exactly one is given. */
function oneOfGroups(schema: z.ZodType): readonly (readonly string[])[] {
  const groups = (schema.meta() as { oneOf?: unknown } | undefined)?.oneOf;
  if (!Array.isArray(groups)) return [];
  return groups.map((group: { required?: unknown }) =>
    Array.isArray(group.required) ? group.required.map(String) : [],
  );
}

function metaOf(schema: z.ZodType): Partial<FieldMeta> {
  const { title, description, unit, source } = (schema.meta() ?? {}) as Record<string, unknown>;
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof unit === 'string' ? { unit } : {}),
    ...(typeof source === 'string' ? { source } : {}),
  };
}

function boundsOf(schema: z.ZodType): {
  readonly integer: boolean;
  readonly minimum: Bound;
  readonly maximum: Bound;
} {
  const { isInt, def } = schema as unknown as {
    readonly isInt: boolean;
    readonly def: { readonly checks?: readonly Check[] };
  };
  let minimum: Bound = { value: -Infinity, inclusive: false };
  let maximum: Bound = { value: Infinity, inclusive: false };
  for (const { _zod } of def.checks ?? []) {
    const { check, value, inclusive } = _zod.def;
    if (typeof value !== 'number' || inclusive === undefined) continue;
    if (check === 'greater_than' && value >= minimum.value) minimum = { value, inclusive };
    if (check === 'less_than' && value <= maximum.value) maximum = { value, inclusive };
  }
  return { integer: isInt, minimum, maximum };
}

/** One, if that is allowed; otherwise the nearest to it that is. */
function plainNumber({ integer, minimum, maximum }: FieldOf<'number'>): number {
  const step = integer ? 1 : 0.5;
  const least = minimum.inclusive ? minimum.value : minimum.value + step;
  const most = maximum.inclusive ? maximum.value : maximum.value - step;
  return Math.min(Math.max(1, least), most);
}

/** A value that the field would take: its default, or the least surprising one of its type. */
export function initialValue(field: Field): Json {
  if (field.defaultValue !== undefined) return field.defaultValue;
  if (field.nullable) return null;
  switch (field.type) {
    case 'number':
      return plainNumber(field);
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'literal':
      return field.value;
    case 'enum':
      return field.options[0] ?? '';
    case 'object':
      return initialMembers(field.members);
    case 'array':
      return [];
    case 'tuple':
      return field.items.map(initialValue);
    case 'record':
      return {};
    case 'choice': {
      const first = field.options[0];
      return first ? initialChoice(field, first) : {};
    }
    case 'alternatives':
      return field.options[0] ? initialValue(field.options[0]) : null;
    case 'json':
      return null;
  }
}

export function initialMembers(members: readonly Member[]): JsonObject {
  return Object.fromEntries(
    members.filter(({ field }) => !field.optional).map(({ name, field }) => [name, initialValue(field)]),
  );
}

/** A value of another form that keeps what both forms have in common (a mean survives). */
export function initialChoice(field: FieldOf<'choice'>, option: Choice, previous?: Json): JsonObject {
  const kept = isJsonObject(previous) ? previous : {};
  const fresh = initialMembers(option.members);
  return {
    [field.discriminator]: option.value,
    ...Object.fromEntries(Object.entries(fresh).map(([name, value]) => [name, kept[name] ?? value])),
  };
}

/** The parts of zod 4's definitions that are read above. */
type Definition =
  | { readonly type: 'default'; readonly innerType: z.ZodType; readonly defaultValue: unknown }
  | {
      readonly type: 'prefault' | 'nullable' | 'optional' | 'exactOptional' | 'readonly' | 'nonoptional';
      readonly innerType: z.ZodType;
    }
  | { readonly type: 'pipe'; readonly in: z.ZodType }
  | { readonly type: 'number' | 'string' | 'boolean' | 'lazy' | 'unknown' }
  | { readonly type: 'literal'; readonly values: readonly unknown[] }
  | { readonly type: 'enum'; readonly entries: Readonly<Record<string, string | number>> }
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: 'array'; readonly element: z.ZodType }
  | { readonly type: 'tuple'; readonly items: readonly z.ZodType[] }
  | { readonly type: 'record'; readonly valueType: z.ZodType }
  | { readonly type: 'union'; readonly options: readonly z.ZodType[]; readonly discriminator?: string };

interface Check {
  readonly _zod: {
    readonly def: { readonly check: string; readonly value?: unknown; readonly inclusive?: boolean };
  };
}
