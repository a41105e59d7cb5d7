import type { ErrorCode, Problem } from './errors.ts';
import { didYouMean } from './nearest.ts';
import { formatPath, type Path } from './json-path.ts';

/** Where something stands: a path in the file that is read, or in a design that it extends. */
export interface Place {
  readonly path: string;
  /** Id of the extended design that holds it; null: the file itself. */
  readonly base: string | null;
}

/** A place below another. */
export function below(place: Place, path: Path): Place {
  const rest = formatPath(path);
  const joint = place.path === '' || rest === '' || rest.startsWith('[') ? '' : '.';
  return { path: `${place.path}${joint}${rest}`, base: place.base };
}

/** Most problems listed; a generated file may have a hundred thousand of the same sort. */
const maximumListed = 1000;
/** Most suggestions: each compares a word with every name of the design. */
const maximumSuggestions = 50;

/** Gathers every problem of a file. */
export class Report {
  private readonly listed: Problem[] = [];
  private unlisted = 0;
  private suggestions = 0;

  get hasErrors(): boolean {
    return this.unlisted > 0 || this.listed.some((problem) => problem.severity === 'error');
  }

  /** In the order found; beyond a thousand only their number. */
  get problems(): readonly Problem[] {
    if (this.unlisted === 0) return this.listed;
    const more: Problem = {
      code: 'FL-too-many',
      path: '',
      message: `There are ${this.unlisted} further problems.`,
      fix: 'Mend these first.',
      severity: 'error',
    };
    return [...this.listed, more];
  }

  /** ` Did you mean "x"?`, or nothing. */
  didYouMean(word: string, candidates: Iterable<string>): string {
    return ++this.suggestions > maximumSuggestions ? '' : didYouMean(word, candidates);
  }

  private add(problem: Problem): void {
    if (this.listed.length < maximumListed) this.listed.push(problem);
    else this.unlisted++;
  }

  error(place: Place, code: ErrorCode, message: string, fix: string): void {
    if (place.base === null) {
      this.add({ code, path: place.path, message, fix, severity: 'error' });
      return;
    }
    this.add({
      code: 'FL-extends-broken',
      path: 'design.extends',
      message: `The design "${place.base}" is itself not valid, at \`${place.path}\`: ${message}`,
      fix,
      severity: 'error',
    });
  }

  note(place: Place, code: ErrorCode, message: string, fix: string): void {
    if (place.base !== null) return;
    this.add({ code, path: place.path, message, fix, severity: 'note' });
  }

  findings(
    place: Place,
    found: readonly { path: Path; code: ErrorCode; message: string; fix: string }[],
  ): void {
    for (const finding of found) {
      this.error(below(place, finding.path), finding.code, finding.message, finding.fix);
    }
  }
}
