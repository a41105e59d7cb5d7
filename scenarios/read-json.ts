import { InputError, type ErrorCode, type Problem } from './errors.ts';
import { clip, formatPath, type Path } from './json-path.ts';
import { maximumDepth } from './inspect.ts';

/** Largest scenario file, UTF-16 code units of text or bytes on disk. */
export const maximumFileBytes = 10 * 1024 * 1024;

/** Refusal for a file of this size; callers check the size on disk before they read. */
export function fileTooLarge(bytes: number): Problem {
  return problem(
    'FL-file-too-large',
    [],
    `The file has ${(bytes / 1048576).toFixed(1)} MiB, and a scenario may have 10.`,
    'Check that this is the right file; give long traces as a rate and a profile.',
  );
}

/**
 * Reads JSON text. Finds what `JSON.parse` lets pass or cannot survive, before it is called:
 * duplicate members, nesting deep enough to exhaust a parser's stack, and, with line and column in
 * the same words in every browser, text that is not JSON. One pass, no recursion.
 *
 * Throws InputError.
 */
export function readJson(text: string): unknown {
  if (text.length > maximumFileBytes) throw new InputError([fileTooLarge(text.length)]);
  const duplicates = new Scan(text).run();
  if (duplicates.length > 0) throw new InputError(duplicates);
  return JSON.parse(text);
}

interface Level {
  /** Member names seen; null for an array. */
  readonly keys: Set<string> | null;
  /** Member name or index that leads to the value being read. */
  segment: string | number;
}

/** Enough to see what is wrong; a generated file may have a million. */
const maximumDuplicates = 100;

class Scan {
  private position = 0;
  private line = 1;
  private lineStart = 0;
  private readonly levels: Level[] = [];
  private readonly duplicates: Problem[] = [];

  constructor(private readonly text: string) {}

  /** Returns duplicate members; throws at the first place that is not JSON. */
  run(): Problem[] {
    for (;;) {
      this.skipSpace();
      const ended = this.open() ?? this.scalar();
      if (ended && this.closeLevels()) return this.duplicates;
    }
  }

  /** Enters an object or list. True: it is empty, so it has ended; null: there is none here. */
  private open(): boolean | null {
    const opening = this.text[this.position];
    if (opening !== '{' && opening !== '[') return null;
    if (this.levels.length >= maximumDepth) throw this.tooDeep();
    this.position++;
    this.skipSpace();
    if (this.text[this.position] === (opening === '{' ? '}' : ']')) {
      this.position++;
      return true;
    }
    const level: Level = { keys: opening === '{' ? new Set() : null, segment: 0 };
    this.levels.push(level);
    if (level.keys !== null) this.readKey(level, level.keys);
    return false;
  }

  private scalar(): true {
    if (this.text[this.position] === '"') {
      this.readString();
      return true;
    }
    const token = this.match(scalarToken);
    if (token === null) throw this.notJson('a value is expected');
    return true;
  }

  /** After a value: closes the levels that end here and goes on to the next member. True: all done. */
  private closeLevels(): boolean {
    for (;;) {
      this.skipSpace();
      const level = this.levels[this.levels.length - 1];
      if (level === undefined) {
        if (this.position < this.text.length) throw this.notJson('the file should end');
        return true;
      }
      const next = this.text[this.position];
      const closing = level.keys === null ? ']' : '}';
      if (next !== ',' && next !== closing) throw this.notJson(`a comma or \`${closing}\` is expected`);
      this.position++;
      if (next === ',') {
        if (level.keys === null) level.segment = (level.segment as number) + 1;
        else this.readKey(level, level.keys);
        return false;
      }
      this.levels.pop();
    }
  }

  /** Reads `"name":`. */
  private readKey(level: Level, keys: Set<string>): void {
    this.skipSpace();
    if (this.text[this.position] !== '"') throw this.notJson('a member name in double quotes is expected');
    const start = this.position;
    this.readString();
    const key = JSON.parse(this.text.slice(start, this.position)) as string;
    level.segment = key;
    if (keys.has(key)) this.duplicate(key);
    keys.add(key);
    this.skipSpace();
    if (this.text[this.position] !== ':') throw this.notJson('a colon is expected after the member name');
    this.position++;
  }

  /** By hand: a regular expression may run out of stack on a text of megabytes. */
  private readString(): void {
    for (let i = this.position + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i);
      if (code === 0x22) {
        this.position = i + 1;
        return;
      }
      if (code < 0x20) {
        this.position = i;
        throw this.notJson('a text may not contain a line break or a control character');
      }
      if (code === 0x5c) {
        this.position = i;
        const escape = this.match(escapeToken);
        if (escape === null) throw this.notJson('`\\` begins no escape that JSON knows');
        i = this.position - 1;
      }
    }
    this.position = this.text.length;
    throw this.notJson('a closing double quote is expected');
  }

  private skipSpace(): void {
    for (; this.position < this.text.length; this.position++) {
      const code = this.text.charCodeAt(this.position);
      if (code === 0x0a) {
        this.line++;
        this.lineStart = this.position + 1;
      } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return;
    }
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.position = pattern.lastIndex;
    return found[0];
  }

  private duplicate(key: string): void {
    this.duplicates.push(
      problem(
        'FL-duplicate-key',
        this.levels.map((level) => level.segment),
        `The member "${clip(key)}" is there twice, the second time on line ${this.line}.`,
        'Remove one of the two.',
      ),
    );
    if (this.duplicates.length >= maximumDuplicates) throw new InputError(this.duplicates);
  }

  private tooDeep(): InputError {
    const path = formatPath(this.levels.slice(0, 4).map((level) => level.segment));
    return new InputError([
      problem(
        'FL-too-deep',
        [],
        `The file nests more than ${maximumDepth} levels deep, under \`${path}\`.`,
        'A scenario needs about ten levels: check that this is the right file.',
      ),
    ]);
  }

  private notJson(expected: string): InputError {
    const at = this.position;
    const character = this.text[at];
    wordToken.lastIndex = at;
    const word = wordToken.exec(this.text)?.[0];
    const found = character === undefined ? 'the file ends' : `there is \`${clip(word ?? character)}\``;
    const where = `line ${this.line}, column ${at - this.lineStart + 1}`;
    const message = `The file is not JSON at ${where}: ${expected}, and ${found}.`;
    return new InputError([problem('FL-not-json', [], message, notJsonFix(word, character))]);
  }
}

const escapeToken = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalarToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const wordToken = /[-+A-Za-z0-9_.]{1,61}/y;

function notJsonFix(word: string | undefined, character: string | undefined): string {
  if (word !== undefined && /^[-+]?(NaN|Infinity)$/.test(word)) {
    return 'JSON has no such number: give a finite one, or null where the member allows it.';
  }
  if (character === '/') return 'JSON has no comments: remove it, or write it into `description`.';
  if (character === "'") return 'JSON takes double quotes only.';
  if (character === '}' || character === ']') return 'Remove the comma before it, or add what should follow.';
  return 'Correct the file at this place; an editor with JSON support marks it.';
}

function problem(code: ErrorCode, path: Path, message: string, fix: string): Problem {
  return { code, path: formatPath(path), message, fix, severity: 'error' };
}
