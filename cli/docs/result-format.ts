import type * as TypeScript from 'typescript';

/** One member of the result file. */
interface Member {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** One named type of the result file. */
interface Section {
  readonly name: string;
  readonly meaning: string;
  /** Of an alias: what it stands for. */
  readonly type: string | null;
  readonly members: readonly Member[];
}

/**
 * The page on the result file, from the types in simulator/result.ts and their comments.
 *
 * @throws Error when a type or a member has no comment.
 */
export function describeResultFormat(ts: typeof TypeScript, source: string): string {
  const file = ts.createSourceFile('result.ts', source, ts.ScriptTarget.Latest, true);
  const sections = file.statements.flatMap((node) => section(ts, file, node));
  const names = new Set(sections.map(({ name }) => name));
  const first = sections.find(({ name }) => name === 'Result');
  if (first === undefined) throw new Error('simulator/result.ts has no interface Result');
  const ordered = [first, ...sections.filter((other) => other !== first)];
  return [
    '# Result file, version 1',
    '',
    'Generated from `simulator/result.ts` by `npm run docs`; do not edit. Every run writes this file, on the command line and in the canvas. No samples is `null`, never `NaN`. Latencies are in ms, rates per second.',
    ...ordered.flatMap(({ name, meaning, type, members }) => [
      '',
      `## ${name}`,
      '',
      meaning,
      ...(type === null ? [] : ['', linked(type, names)]),
      ...(members.length === 0 ? [] : ['', '| member | type | meaning |', '| --- | --- | --- |']),
      ...members.map((m) => `| \`${m.name}\` | ${linked(m.type, names)} | ${m.meaning} |`),
    ]),
    '',
  ].join('\n');
}

function section(
  ts: typeof TypeScript,
  file: TypeScript.SourceFile,
  node: TypeScript.Statement,
): readonly Section[] {
  if (!ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) return [];
  const name = node.name.text;
  const meaning = comment(ts, node, name);
  if (ts.isTypeAliasDeclaration(node)) return [{ name, meaning, type: text(node.type, file), members: [] }];
  const members = node.members.flatMap((member): Member[] => {
    if (ts.isPropertySignature(member) && member.type !== undefined) {
      const memberName = member.name.getText(file);
      return [
        {
          name: member.questionToken ? `${memberName}?` : memberName,
          type: text(member.type, file),
          meaning: comment(ts, member, `${name}.${memberName}`),
        },
      ];
    }
    return ts.isIndexSignatureDeclaration(member)
      ? [{ name: 'others', type: text(member.type, file), meaning: comment(ts, member, `${name}[]`) }]
      : [];
  });
  return [{ name, meaning, type: null, members }];
}

function comment(ts: typeof TypeScript, node: TypeScript.Node, name: string): string {
  const comments = ts.getJSDocCommentsAndTags(node).map((doc) => ts.getTextOfJSDocComment(doc.comment));
  const last = comments.at(-1);
  if (!last) throw new Error(`${name} in simulator/result.ts has no comment`);
  return last.replace(/\s+/g, ' ');
}

/** A type on one line, without what only the compiler cares for. */
function text(type: TypeScript.TypeNode, file: TypeScript.SourceFile): string {
  const oneLine = type
    .getText(file)
    .replace(/\s+/g, ' ')
    .replace(/\breadonly /g, '');
  return withoutReadonly(oneLine).replace(/;? \}/g, ' }').replace(/< /g, '<').replace(/ >/g, '>');
}

/** `Readonly<X>` is `X` in a file. */
function withoutReadonly(type: string): string {
  const start = type.indexOf('Readonly<');
  if (start < 0) return type;
  const inside = start + 'Readonly<'.length;
  let end = inside;
  for (let depth = 1; depth > 0; end++) depth += type[end] === '<' ? 1 : type[end] === '>' ? -1 : 0;
  return withoutReadonly(type.slice(0, start) + type.slice(inside, end - 1).trim() + type.slice(end));
}

/** A type as Markdown in a table: named types are links to their section. */
function linked(type: string, names: ReadonlySet<string>): string {
  return type
    .split(/\b/)
    .map((word) => (names.has(word) ? `[${word}](#${word.toLowerCase()})` : escape(word)))
    .join('');
}

function escape(text: string): string {
  return text.replace(/[|<>]/g, (character) => `\\${character}`);
}
