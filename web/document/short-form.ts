import { isJsonObject, type Draft, type Json, type JsonObject, type Overrides } from './draft.ts';

/**
 * What the short form sets inside one part of the scenario, by the path that a field has there:
 * `workers`, `arrivals.ratePerSecond`, `quantiles[1]`.
 */
export type ShortValues = ReadonlyMap<string, Json>;

/** A part of the scenario as `set` names it: a node's or edge's id, `run`, `population`, `timeline.<id>`. */
export type Part = string;

/** Values that the short form runs a part with, whatever the part itself says. */
export function shortValues(
  { short, ...draft }: Pick<Draft, 'short' | 'run' | 'population'>,
  part: Part,
): ShortValues {
  const values = new Map<string, Json>();
  if (part === 'run' || part === 'population') collect(values, short?.[part] ?? {}, draft[part], '');
  // `set` is applied after everything else.
  for (const [key, value] of Object.entries(short?.set ?? {})) {
    if (key.startsWith(`${part}.`)) values.set(fieldPath(key.slice(part.length + 1)), value);
  }
  return values;
}

/** Objects are laid over the objects that are there, member by member; everything else replaces. */
function collect(values: Map<string, Json>, laid: JsonObject, below: Json | undefined, prefix: string): void {
  for (const [name, value] of Object.entries(laid)) {
    const old = isJsonObject(below) ? below[name] : undefined;
    if (isJsonObject(value) && isJsonObject(old)) collect(values, value, old, `${prefix}${name}.`);
    else values.set(prefix + name, value);
  }
}

/** `quantiles.1.p` -> `quantiles[1].p`: keys of `set` count items with dots, fields with brackets. */
function fieldPath(key: string): string {
  return key.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}

/** Changes a value of `shortValues` where the short form gives it. */
export function setShortValue(draft: Draft, part: Part, path: string, value: Json): Draft {
  if (!draft.short) return draft;
  const { set = {} } = draft.short;
  const key = `${part}.${path.replace(/\[(\d+)\]/g, '.$1')}`;
  if (Object.hasOwn(set, key)) return withShort(draft, { set: { ...set, [key]: value } });
  if (part !== 'run' && part !== 'population') return draft;
  return withShort(draft, { [part]: replaced(draft.short[part] ?? {}, path.split('.'), value) });
}

function replaced(object: JsonObject, [name = '', ...rest]: readonly string[], value: Json): JsonObject {
  const inner = object[name];
  return { ...object, [name]: rest.length > 0 && isJsonObject(inner) ? replaced(inner, rest, value) : value };
}

function withShort(draft: Draft, change: Overrides): Draft {
  return { ...draft, short: { ...draft.short, ...change } };
}
