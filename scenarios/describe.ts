import { errorCodes } from './errors.ts';
import { isObject, type JsonObject } from './json-path.ts';
import { jsonSchema } from './json-schema.ts';
import { kinds } from './kinds/index.ts';
import type { KindDefinition } from './kinds/kind.ts';

/** One member of the file format, as a reader needs it. */
export interface FormatMember {
  /** Path within its section: `followers.mean`, `whales[].id`. */
  readonly path: string;
  /** Markdown: the type with its bounds, linked to the section of a named type. */
  readonly type: string;
  readonly required: boolean;
  /** JSON text; null when there is none. */
  readonly default: string | null;
  readonly unit: string | null;
  readonly description: string;
  readonly source: string | null;
}

export interface FormatSection {
  readonly title: string;
  /** Markdown above the table. */
  readonly text: string;
  readonly members: readonly FormatMember[];
  /** 2 for a chapter, 3 for a form of a type or a kind. */
  readonly level: 2 | 3;
}

/** Every member of the scenario file, section by section, from the published JSON Schema. */
export function formatSections(): readonly FormatSection[] {
  const schema = jsonSchema();
  const definitions = schema['$defs'] as Record<string, JsonObject>;
  const properties = schema['properties'] as Record<string, JsonObject>;
  const [inline, extending] = properties['design']!['anyOf'] as [JsonObject, JsonObject];
  return [
    section('The file', 'A scenario is one JSON object. Unknown members are errors.', schema, 2),
    section('Design, written out', 'Nodes and edges. Edges point the way work travels.', inline, 2),
    section(
      'Design, as changes of another',
      'Takes over design, population and run of another scenario; `population` and `run` of this file override it key by key. Then `remove`, `add` and `set` apply, in this order.',
      extending,
      2,
    ),
    ...named('Form', definitions, 'What `short` and `reference` may hold, applied after everything else.'),
    ...named('Edge', definitions, 'Edges point the way work travels.'),
    ...named('Population', definitions, 'Who uses the system and who follows whom.'),
    ...named('Run', definitions, 'How long to simulate, and from which seed.'),
    ...named(
      'Expectation',
      definitions,
      'Exactly one of `between`, `atMost` and `atLeast`. A metric without a value fails.',
    ),
    ...named('TimelineEntry', definitions, 'Something that happens during the run, by `kind`.'),
    ...named('Arrivals', definitions, 'When requests arrive, by `process`.'),
    ...named('Distribution', definitions, 'A random time, by `distribution`.'),
    ...named(
      'EdgeConfig',
      definitions,
      'How calls over an edge behave. Kinds may have other defaults for their edges; see there.',
    ),
    {
      title: 'Node kinds',
      text: '`config` holds what differs from the defaults.',
      members: [],
      level: 2,
    },
    ...Object.values(kinds).map((kind) => kindSection(kind, definitions)),
  ];
}

/** docs/format.md. */
export function describeFormat(): string {
  const intro = [
    '# Scenario file, version 1',
    '',
    'Generated from the schemas in `scenarios/` by `npm run docs`; do not edit. The same schemas validate files and are published as JSON Schema in [scenario.schema.json](scenario.schema.json). What the codes of messages mean is in [errors.md](errors.md).',
  ];
  return `${[...intro, ...formatSections().flatMap(sectionLines)].join('\n')}\n`;
}

/** docs/errors.md. */
export function describeErrors(): string {
  const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Codes of messages',
    '',
    'Generated from `scenarios/errors.ts` by `npm run docs`; do not edit. Every message about bad input has one of these codes, the path of the value in the file, what is wrong, and what to do. Codes are never renamed.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function section(title: string, text: string, schema: JsonObject, level: 2 | 3): FormatSection {
  return { title, text, members: membersOf(schema, ''), level };
}

/** The section of a named type: one table, or one for each form of a union. */
function named(
  name: string,
  definitions: Readonly<Record<string, JsonObject>>,
  text: string,
): FormatSection[] {
  const schema = definitions[name]!;
  const forms = schema['oneOf'];
  if (!Array.isArray(forms) || schema['properties'] !== undefined) return [section(name, text, schema, 2)];
  return [
    { title: name, text, members: [], level: 2 },
    ...(forms as JsonObject[]).map((form) => {
      const tag = tagOf(form);
      return section(tag.value, tag.text, form, 3);
    }),
  ];
}

/** What tells a form of a union apart, with what the schema says about it. */
function tagOf(form: JsonObject): { value: string; text: string } {
  for (const member of Object.values(form['properties'] as Record<string, JsonObject>)) {
    if (typeof member['const'] === 'string') {
      return {
        value: member['const'],
        text: typeof member['description'] === 'string' ? member['description'] : '',
      };
    }
  }
  return { value: '', text: '' };
}

function kindSection(kind: KindDefinition, definitions: Readonly<Record<string, JsonObject>>): FormatSection {
  const node = (definitions['Node']!['oneOf'] as JsonObject[]).find(
    (form) => tagOf(form).value === kind.kind,
  )!;
  const config = (node['properties'] as Record<string, JsonObject>)['config']!;
  const wires = Object.entries(kind.targets).map(([target, purpose]) => {
    const defaults = kind.edgeDefaults?.[target];
    if (defaults === undefined) return `- to ${target}: ${purpose}.`;
    const timeout = defaults.timeoutMs === null ? 'no time-out' : `time-out ${defaults.timeoutMs} ms`;
    return `- to ${target}: ${purpose}. Latency ${defaults.latencyMs} ms one way, ${timeout} (${defaults.source}).`;
  });
  const edges = wires.length === 0 ? ['It points at nothing.'] : ['Edges:', '', ...wires];
  return {
    title: kind.kind,
    text: [kind.summary, '', kind.help, '', ...edges].join('\n'),
    members: membersOf(config, ''),
    level: 3,
  };
}

/** Members of an object schema, those of nested objects included. */
function membersOf(schema: JsonObject, prefix: string): FormatMember[] {
  const properties = schema['properties'];
  if (!isObject(properties)) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, member]) => {
    if (!isObject(member)) return [];
    const path = `${prefix}${name}`;
    const own: FormatMember = {
      path,
      type: typeText(member),
      required: required.includes(name),
      default: member['default'] === undefined ? null : JSON.stringify(member['default']),
      unit: text(member['unit']),
      description: text(member['description']) ?? '',
      source: text(member['source']),
    };
    return [own, ...nested(member, path)];
  });
}

function nested(schema: JsonObject, path: string): FormatMember[] {
  if (schema['properties'] !== undefined) return membersOf(schema, `${path}.`);
  if (isObject(schema['items'])) return membersOf(schema['items'], `${path}[].`);
  const forms = schema['anyOf'];
  if (!Array.isArray(forms)) return [];
  const objects = (forms as JsonObject[]).filter((form) => form['properties'] !== undefined);
  return objects.length === 1 ? membersOf(objects[0]!, `${path}.`) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function typeText(schema: JsonObject): string {
  const reference = text(schema['$ref']);
  if (reference !== null) {
    const name = reference.replace('#/$defs/', '');
    return name === 'Json'
      ? 'any JSON value'
      : name === 'Node'
        ? '[Node](#node-kinds)'
        : `[${name}](#${name.toLowerCase()})`;
  }
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((option) => `\`${JSON.stringify(option)}\``).join(' or ');
  const forms = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(forms) && schema['type'] === undefined) {
    return [...new Set((forms as JsonObject[]).map(typeText))].join(' or ');
  }
  switch (schema['type']) {
    case 'number':
      return `number${bounds(schema)}`;
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'string':
      return schema['pattern'] === undefined ? 'text' : 'id';
    case 'boolean':
      return '`true` or `false`';
    case 'null':
      return '`null`';
    case 'array':
      return listText(schema);
    default:
      return 'object';
  }
}

function listText(schema: JsonObject): string {
  const prefix = schema['prefixItems'];
  if (Array.isArray(prefix)) return `\`[\`${(prefix as JsonObject[]).map(typeText).join(', ')}\`]\``;
  return isObject(schema['items']) ? `list of ${typeText(schema['items'])}` : 'list';
}

function bounds(schema: JsonObject): string {
  const { minimum, exclusiveMinimum, maximum } = schema;
  const least =
    typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER
      ? `, at least ${minimum}`
      : typeof exclusiveMinimum === 'number'
        ? `, above ${exclusiveMinimum}`
        : '';
  const most = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? `, at most ${maximum}` : '';
  return least + most;
}

function sectionLines({ title, text: body, members, level }: FormatSection): string[] {
  const lines = ['', `${'#'.repeat(level)} ${title}`, ''];
  if (body !== '') lines.push(body, '');
  if (members.length === 0) return lines;
  lines.push('| member | type | default | unit | meaning | source |', '|---|---|---|---|---|---|');
  for (const member of members) {
    const preset = member.default === null ? (member.required ? 'required' : '') : `\`${member.default}\``;
    const cells = [
      `\`${member.path}\``,
      member.type,
      preset,
      member.unit ?? '',
      member.description,
      member.source ?? '',
    ];
    lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`);
  }
  return lines;
}
