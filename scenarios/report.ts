import type { ErrorCode, Problem } from './errors.ts';
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

/** Gathers every problem of a file. */
export class Report {
  readonly problems: Problem[] = [];

  get hasErrors(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }

  error(place: Place, code: ErrorCode, message: string, fix: string): void {
    if (place.base === null) {
      this.problems.push({ code, path: place.path, message, fix, severity: 'error' });
      return;
    }
    this.problems.push({
      code: 'FL-extends-broken',
      path: 'design.extends',
      message: `The design "${place.base}" is itself not valid, at \`${place.path}\`: ${message}`,
      fix,
      severity: 'error',
    });
  }

  note(place: Place, code: ErrorCode, message: string, fix: string): void {
    if (place.base !== null) return;
    this.problems.push({ code, path: place.path, message, fix, severity: 'note' });
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
