import type { z } from './zod.ts';
import { applyChanges } from './apply-changes.ts';
import { Draft, type DraftItem } from './draft.ts';
import { check } from './explain.ts';
import { extendingDesign, form, formatName, formatVersion, header, inlineDesign } from './format/envelope.ts';
import { copyJson, isObject, quote, type JsonObject, type Path } from './json-path.ts';
import { below, type Place, type Report } from './report.ts';

/** What a file is resolved with. */
export interface ReadOptions {
  /** The document of a built-in or saved scenario, parsed JSON, or undefined. */
  readonly find: (id: string) => unknown;
  /** Ids that `find` knows, for suggestions. */
  readonly known?: readonly string[];
}

export interface ReadFile {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly draft: Draft;
}

/** Longest chain of designs that extend each other. */
const maximumChain = 16;

/**
 * Lays a file over what it extends. Returns null when the frame itself is broken, so that nothing
 * more can be said; every problem is in the report.
 */
export function readFile(
  document: unknown,
  options: ReadOptions & { readonly form: 'short' | 'reference' | null },
  report: Report,
): ReadFile | null {
  return read(document, { options, report, base: null, chain: [] }, options.form);
}

/** Stands in for a header that is broken and reported, so that the rest of the file is checked too. */
const nameless = { id: '', title: '', description: '' };

interface Context {
  readonly options: ReadOptions;
  readonly report: Report;
  readonly base: string | null;
  /** Ids of the designs that led here. */
  readonly chain: readonly string[];
}

function read(
  document: unknown,
  context: Context,
  wantedForm: 'short' | 'reference' | null,
): ReadFile | null {
  const { report } = context;
  const top: Place = { path: '', base: context.base };
  if (!isObject(document)) {
    report.error(
      top,
      'FL-wrong-type',
      'The file is not a JSON object.',
      'A scenario is one object in braces.',
    );
    return null;
  }
  if (!hasFormat(document, top, report)) return null;
  const checked = check(header, document);
  if (!checked.ok) report.findings(top, checked.findings);
  const file = document as z.input<typeof header>;
  const draft = readDesign(file.design, context);
  if (draft === null) return null;
  merge(draft, ['population'], file.population, below(top, ['population']));
  merge(draft, ['run'], file.run, below(top, ['run']));
  // A design hands on its design, population and run; its events and expectations are its own.
  readList(draft, 'timeline', file.timeline, below(top, ['timeline']));
  readList(draft, 'expectations', file.expectations, below(top, ['expectations']));
  changeDesign(draft, file.design, context);
  checkForms(file, context);
  if (wantedForm !== null)
    applyForm(
      draft,
      file[wantedForm],
      { name: wantedForm, inherited: extendedWith(wantedForm, file, context) },
      context,
    );
  const { id, title, description } = checked.ok ? checked.value : nameless;
  return { id, title: title ?? id, description, draft };
}

function hasFormat(document: JsonObject, top: Place, report: Report): boolean {
  const { format, version } = document;
  if (format !== formatName) {
    report.error(
      below(top, ['format']),
      'FL-wrong-format',
      format === undefined ? '`format` is missing.' : `\`format\` is ${quote(format)}.`,
      `A scenario begins with "format": "${formatName}", "version": ${formatVersion}.`,
    );
  }
  if (version !== formatVersion) {
    report.error(
      below(top, ['version']),
      'FL-wrong-format',
      version === undefined
        ? '`version` is missing.'
        : `\`version\` is ${quote(version)}, which this program cannot read.`,
      `Use version ${formatVersion}, or a newer program.`,
    );
  }
  return format === formatName && version === formatVersion;
}

/** The design before `remove`, `add` and `set`: the inline one, or the extended one. Null: there is none. */
function readDesign(design: unknown, context: Context): Draft | null {
  const { report } = context;
  const place: Place = { path: 'design', base: context.base };
  if (design === undefined) {
    report.error(
      place,
      'FL-missing',
      '`design` is missing.',
      'Add it: nodes and edges, or `extends` with the id of a design.',
    );
    return null;
  }
  if (!isObject(design)) return null;
  if (Object.hasOwn(design, 'extends')) return readBase(design['extends'], context);
  const draft = new Draft();
  const checked = check(inlineDesign, design);
  if (!checked.ok) report.findings(place, checked.findings);
  applyChanges(
    draft,
    { add: { nodes: design['nodes'], edges: design['edges'] } },
    { path: place, add: place },
    report,
  );
  return draft;
}

function readBase(id: unknown, context: Context): Draft | null {
  const { report, options, chain } = context;
  const place: Place = { path: 'design.extends', base: context.base };
  if (typeof id !== 'string') {
    report.error(
      place,
      'FL-wrong-type',
      '`extends` must be the id of a design.',
      'Give an id in double quotes.',
    );
    return null;
  }
  if (chain.includes(id) || chain.length >= maximumChain) {
    report.error(
      { path: 'design.extends', base: null },
      'FL-extends-cycle',
      chain.includes(id)
        ? `Designs extend each other in a circle: ${[...chain.slice(chain.indexOf(id)), id].join(' -> ')}.`
        : `More than ${maximumChain} designs extend each other.`,
      'Let one of them hold its design itself.',
    );
    return null;
  }
  const base = options.find(id);
  if (base === undefined) {
    report.error(
      place,
      'FL-extends-unknown',
      `There is no design with the id ${quote(id)}.${report.didYouMean(id, options.known ?? [])}`,
      options.known === undefined || options.known.length === 0
        ? 'Name a design that exists.'
        : `Use one of: ${options.known.join(', ')}.`,
    );
    return null;
  }
  return read(base, { ...context, base: id, chain: [...chain, id] }, null)?.draft ?? null;
}

function changeDesign(draft: Draft, design: unknown, context: Context): void {
  if (!isObject(design) || !Object.hasOwn(design, 'extends')) return;
  const place: Place = { path: 'design', base: context.base };
  const checked = check(extendingDesign, design);
  if (!checked.ok) context.report.findings(place, checked.findings);
  applyChanges(draft, design, { path: place, add: below(place, ['add']) }, context.report);
}

/** Both forms are checked for their shape whether or not they are asked for. */
function checkForms(file: JsonObject, context: Context): void {
  for (const name of ['short', 'reference']) {
    const value = file[name];
    if (!isObject(value)) continue;
    const checked = check(form, value);
    if (!checked.ok) context.report.findings({ path: name, base: context.base }, checked.findings);
  }
}

/** Id of the extended design when that has such a form; null: it has none, or nothing is extended. */
function extendedWith(
  name: 'short' | 'reference',
  { design }: z.input<typeof header>,
  { options }: Context,
): string | null {
  const id: unknown = isObject(design) ? design['extends'] : undefined;
  const base = typeof id === 'string' ? options.find(id) : undefined;
  return isObject(base) && base[name] !== undefined ? (id as string) : null;
}

function applyForm(
  draft: Draft,
  value: unknown,
  { name, inherited }: { readonly name: 'short' | 'reference'; readonly inherited: string | null },
  context: Context,
): void {
  const place: Place = { path: name, base: context.base };
  if (value === undefined) {
    context.report.error(
      place,
      'FL-missing',
      `The scenario has no \`${name}\` form.`,
      inherited === null
        ? `Add \`${name}\`, or run the scenario as it is.`
        : `A form is not inherited, for it overrides what it names: copy \`${name}\` of "${inherited}" into this file and adapt it, or run the scenario as it is.`,
    );
    return;
  }
  if (!isObject(value)) return;
  merge(draft, ['population'], value['population'], below(place, ['population']));
  merge(draft, ['run'], value['run'], below(place, ['run']));
  if (value['expectations'] !== undefined)
    readList(draft, 'expectations', value['expectations'], below(place, ['expectations']));
  applyChanges(draft, value, { path: place, add: below(place, ['add']) }, context.report);
}

/** Takes a list over in place of the one that is there. */
function readList(draft: Draft, root: 'timeline' | 'expectations', list: unknown, at: Place): void {
  draft[root] = places(list, at);
  for (const { entry, place } of draft[root])
    if (isObject(entry) && typeof entry['id'] === 'string') draft.setOrigin([root, entry['id']], place);
}

function places(list: unknown, place: Place): DraftItem[] {
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown, i) => ({ entry: copyJson(entry), place: below(place, [i]) }));
}

/** Lays `value` over the run or the population, key by key, objects within too; lists are replaced. */
function merge(draft: Draft, [root]: readonly ['population' | 'run'], value: unknown, place: Place): void {
  if (!isObject(value)) return;
  if (Object.keys(draft[root]).length === 0) draft.setOrigin([root], place);
  overlay(draft[root], value, [root], place);

  function overlay(target: JsonObject, source: JsonObject, address: Path, at: Place): void {
    for (const [key, member] of Object.entries(source)) {
      const inner = below(at, [key]);
      const old = Object.hasOwn(target, key) ? target[key] : undefined;
      if (isObject(old) && isObject(member)) overlay(old, member, [...address, key], inner);
      else {
        target[key] = copyJson(member);
        draft.setOrigin([...address, key], inner);
      }
    }
  }
}
