import { z } from './zod.ts';
import type { ErrorCode } from './errors.ts';
import { quote, type Path } from './json-path.ts';
import { listed } from './connections.ts';
import { didYouMean } from './nearest.ts';

/** A problem below a value whose own place the caller knows. */
export interface Finding {
  readonly path: Path;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

export type Checked<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Parses with zod and puts what it finds into our own words and codes. */
export function check<Output>(schema: z.ZodType<Output>, value: unknown): Checked<Output> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const findings = new Map<string, Finding>();
  for (const issue of parsed.error.issues) {
    // zod reports a number beyond both its type's bound and the member's twice; the last bound is ours.
    for (const found of explain(issue, schema, value)) {
      findings.set(`${found.code} ${found.path.join('\n')}`, found);
    }
  }
  return { ok: false, findings: [...findings.values()] };
}

type Issue = z.core.$ZodIssue;

function explain(issue: Issue, schema: z.ZodType, root: unknown): Finding[] {
  const path = issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment));
  const one = (code: ErrorCode, message: string, fix: string): Finding[] => [{ path, code, message, fix }];
  const name = nameOf(path);
  const value = issue.input;
  const meta = fieldHint(schema, root, path);
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined)
        return one('FL-missing', `${name} is missing.`, `Add it: ${expected(issue.expected)}${meta}.`);
      return one(
        'FL-wrong-type',
        `${name} is ${describe(value)}, and must be ${expected(issue.expected)}.`,
        `Give ${expected(issue.expected)}${meta}.`,
      );
    case 'too_small':
    case 'too_big':
      return one('FL-out-of-range', ...outOfRange(issue, name, meta));
    case 'unrecognized_keys': {
      const known = knownKeys(schema, root, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: 'FL-unknown-key' as const,
        message: `There is no member ${quote(key)} here.${didYouMean(key, known)}`,
        fix: known.length === 0 ? 'Remove it.' : `Remove it, or use one of: ${known.join(', ')}.`,
      }));
    }
    case 'invalid_value': {
      const options = issue.values.map((option) => quote(option));
      if (value === undefined) return one('FL-missing', `${name} is missing.`, `Add it: ${listed(options)}.`);
      return one(
        'FL-not-one-of',
        `${name} is ${quote(value)}, which is not allowed here.${suggestion(value, issue.values)}`,
        `Use ${listed(options)}.`,
      );
    }
    case 'invalid_union':
      return explainUnion(issue, name, path, schema, root);
    case 'invalid_format':
      return one(
        'FL-bad-id',
        `${name} is ${quote(value)}, which is not an id.`,
        'Use lower-case letters, digits and hyphens, beginning with a letter.',
      );
    case 'custom': {
      const { code, fix } = (issue.params ?? {}) as { code?: ErrorCode; fix?: string };
      if (code !== undefined && fix !== undefined) return one(code, issue.message, fix);
      if (value === undefined) return one('FL-missing', `${name} is missing.`, `Add it${meta}.`);
      return one(
        'FL-wrong-type',
        `${name} is ${describe(value)}, which cannot be read here.`,
        `Give a list of numbers${meta}.`,
      );
    }
    default:
      return one(
        'FL-wrong-type',
        `${name} is ${describe(value)}, which is not allowed here.`,
        `Correct it${meta}.`,
      );
  }
}

type Sized = Extract<Issue, { code: 'too_small' | 'too_big' }>;

function outOfRange(issue: Sized, name: string, meta: string): [message: string, fix: string] {
  const small = issue.code === 'too_small';
  const limit = Number(small ? issue.minimum : issue.maximum);
  const value: unknown = issue.input;
  if (
    issue.origin === 'array' ||
    issue.origin === 'string' ||
    issue.origin === 'set' ||
    issue.origin === 'map'
  ) {
    const unit = issue.origin === 'string' ? 'characters' : 'items';
    const length = Array.isArray(value) || typeof value === 'string' ? value.length : 0;
    const bound = small ? `at least ${limit}` : `at most ${limit}`;
    return [
      `${name} has ${length} ${unit}, and must have ${bound}.`,
      small ? 'Add what is missing.' : 'Shorten it.',
    ];
  }
  const bound =
    issue.inclusive === true
      ? small
        ? `at least ${limit}`
        : `at most ${limit}`
      : small
        ? `more than ${limit}`
        : `less than ${limit}`;
  return [`${name} is ${quote(value)}, and must be ${bound}.`, `Give a number that is ${bound}${meta}.`];
}

type Union = Extract<Issue, { code: 'invalid_union' }>;

function explainUnion(issue: Union, name: string, path: Path, schema: z.ZodType, root: unknown): Finding[] {
  const value: unknown = issue.input;
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : null;
  if (options !== null) {
    const quoted = options.map((option) => quote(option));
    const tag = valueAt(root, path);
    if (tag === undefined)
      return [
        { path, code: 'FL-missing', message: `${name} is missing.`, fix: `Add it: ${listed(quoted)}.` },
      ];
    return [
      {
        path,
        code: 'FL-not-one-of',
        message: `${name} is ${quote(tag)}, which does not exist.${suggestion(tag, options)}`,
        fix: `Use ${listed(quoted)}.`,
      },
    ];
  }
  // The form that the value is of the right type for says best what is wrong with it.
  const branch = issue.errors.find((issues) => issues.every((inner) => !isWrongForm(inner)));
  if (branch !== undefined) {
    return branch.flatMap((inner) =>
      explain({ ...inner, path: [...path, ...inner.path] } as Issue, schema, root),
    );
  }
  const forms = issue.errors
    .flatMap((issues) => issues.filter(isWrongForm))
    .map((inner) =>
      inner.code === 'invalid_type'
        ? expected(inner.expected)
        : inner.code === 'invalid_value'
          ? inner.values.map((option) => quote(option)).join(', ')
          : '',
    );
  const wanted = listed([...new Set(forms)].filter((form) => form !== ''));
  if (value === undefined)
    return [{ path, code: 'FL-missing', message: `${name} is missing.`, fix: `Add it: ${wanted}.` }];
  return [
    {
      path,
      code: 'FL-wrong-type',
      message: `${name} is ${describe(value)}, and must be ${wanted}.`,
      fix: `Give ${wanted}.`,
    },
  ];
}

function isWrongForm(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function suggestion(value: unknown, options: readonly unknown[]): string {
  return typeof value === 'string' ? didYouMean(value, options.map(String)) : '';
}

function expected(type: string): string {
  const words: Record<string, string> = {
    number: 'a number',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
    object: 'an object',
    record: 'an object',
    array: 'a list',
    tuple: 'a list',
    null: 'null',
  };
  return words[type] ?? 'another type of value';
}

/** A value as a sentence says what it is: `the text "7"`, `a list`. */
function describe(value: unknown): string {
  if (typeof value === 'string') return `the text ${quote(value)}`;
  return quote(value);
}

function nameOf(path: Path): string {
  const last = path[path.length - 1];
  if (last === undefined) return 'This';
  if (typeof last === 'string') return `\`${last}\``;
  const list = path.slice(0, -1).findLast((segment) => typeof segment === 'string');
  return list === undefined ? `Item ${last}` : `Item ${last} of \`${list}\``;
}

function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}

/** `, in ms`, where the schema says a unit. */
function fieldHint(schema: z.ZodType, root: unknown, path: Path): string {
  const at = schemaAt(schema, root, path);
  const unit = at === null ? undefined : z.globalRegistry.get(at)?.['unit'];
  return typeof unit === 'string' && unit !== 'ratio' && unit !== 'count' ? `, in ${unit}` : '';
}

/** Member names that the format knows at a place. */
function knownKeys(schema: z.ZodType, root: unknown, path: Path): string[] {
  const at = schemaAt(schema, root, path);
  const inner = at === null ? null : unwrap(at, valueAt(root, path));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The schema of the value at a path, with its wrappers; unions are followed by what the value says. */
function schemaAt(schema: z.ZodType, root: unknown, path: Path): z.ZodType | null {
  let at: z.ZodType = schema;
  let value = root;
  for (const segment of path) {
    const inner = unwrap(at, value);
    let next: unknown;
    if (inner instanceof z.ZodObject && Object.hasOwn(inner.shape, segment)) next = inner.shape[segment];
    else if (inner instanceof z.ZodArray) next = inner.element;
    else if (inner instanceof z.ZodTuple) next = inner.def.items[Number(segment)];
    if (!(next instanceof z.ZodType)) return null;
    at = next;
    value = valueAt(value, [segment]);
  }
  return at;
}

function unwrap(schema: z.ZodType, value: unknown): z.ZodType {
  let at: unknown = schema;
  for (;;) {
    if (
      at instanceof z.ZodOptional ||
      at instanceof z.ZodNullable ||
      at instanceof z.ZodDefault ||
      at instanceof z.ZodPrefault
    ) {
      at = at.unwrap();
    } else if (at instanceof z.ZodDiscriminatedUnion) {
      const key = at.def.discriminator;
      const tag = valueAt(value, [key]);
      const option = at.options.find(
        (candidate) => candidate instanceof z.ZodObject && literalOf(candidate.shape[key]) === tag,
      );
      if (!(option instanceof z.ZodObject)) return at as z.ZodType;
      at = option;
    } else return at as z.ZodType;
  }
}

function literalOf(schema: unknown): unknown {
  return schema instanceof z.ZodLiteral ? schema.value : undefined;
}
