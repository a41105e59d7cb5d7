import { isObject, type JsonObject, type Path } from './json-path.ts';
import { below, type Place } from './report.ts';

export interface DraftNode {
  readonly id: string;
  readonly kind: string;
  config: JsonObject;
  readonly position?: { readonly x: number; readonly y: number };
  readonly place: Place;
}

export interface DraftEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  config: JsonObject;
  readonly place: Place;
}

/** An event or an expectation. */
export interface DraftItem {
  entry: unknown;
  readonly place: Place;
}

/**
 * A scenario while files are laid over each other: structure is known, values are not checked yet.
 *
 * Values are addressed as `set` addresses them: `[node-id, ...]`, `[a->b, ...]`, `[run, ...]`,
 * `[population, ...]`, `[timeline, event-id, ...]`, `[expectations, id, ...]`. `origins` remembers which line of which file gave a
 * value, so that a problem is reported where its author can mend it.
 */
export class Draft {
  readonly nodes = new Map<string, DraftNode>();
  readonly edges = new Map<string, DraftEdge>();
  /** Ids of nodes that are there but cannot be read; what refers to them is not reported again. */
  readonly brokenIds = new Set<string>();
  population: JsonObject = {};
  run: JsonObject = {};
  timeline: DraftItem[] = [];
  expectations: DraftItem[] = [];
  private readonly origins = new Map<string, { readonly place: Place; readonly order: number }>();

  private order = 0;

  /** Says where the value at an address, with all below it, comes from. The last word counts. */
  setOrigin(address: Path, place: Place): void {
    this.origins.set(address.join('\n'), { place, order: this.order++ });
  }

  /** The place of a member of an event or an expectation, also where that has no id. */
  locateIn(root: 'timeline' | 'expectations', { entry, place }: DraftItem, path: Path): Place {
    if (!isObject(entry) || typeof entry['id'] !== 'string') return below(place, path);
    return this.locate([root, entry['id'], ...path]);
  }

  /** The place in a file of the value at an address. */
  locate(address: Path): Place {
    let found: { place: Place; order: number } | undefined;
    let depth = 0;
    for (let length = 1; length <= address.length; length++) {
      const origin = this.origins.get(address.slice(0, length).join('\n'));
      if (origin === undefined || (found !== undefined && origin.order < found.order)) continue;
      found = origin;
      depth = length;
    }
    return below(found?.place ?? { path: '', base: null }, address.slice(depth));
  }
}
