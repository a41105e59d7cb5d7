import type { z } from '../zod.ts';

/**
 * One component kind as a user sees it: its configuration with cited defaults, its help, and what
 * may be wired to it. Behaviour lives in simulator/components, under the same file name.
 */
export interface KindDefinition<Config extends z.ZodType = z.ZodType> {
  readonly kind: string;
  /** Layer on the canvas, left to right; `generic` kinds have no fixed layer. */
  readonly layer: 'traffic' | 'services' | 'stores' | 'pipeline' | 'delivery' | 'generic';
  /** What the canvas writes on the node: "Feed service". */
  readonly title: string;
  /** One sentence: what it is and what it does. */
  readonly summary: string;
  /** Markdown: semantics, failure modes, what it does with each neighbour. */
  readonly help: string;
  /**
   * What the kind is to rules that do not care about the kind itself. `client`: makes requests.
   * `stream`: holds messages until a consumer takes them, so its edges are not synchronous calls.
   * `workers`: consumes messages, and can crash. Absent: called, answers.
   */
  readonly role?: 'client' | 'stream' | 'workers';
  /**
   * A strict zod object. Every field is made by `field(schema, meta)`, and has a `.default()` unless
   * nothing sensible exists. Durations are Distributions or numbers with the unit in the name. No
   * transforms: a completed configuration must itself be valid input.
   */
  readonly config: Config;
  /** Kinds this one may point an edge at, each with what it would do there ("reads feeds"). */
  readonly targets: Readonly<Record<string, string>>;
  /** By kind of target: what an edge has where the file says nothing. Absent: no latency, no time-out. */
  readonly edgeDefaults?: Readonly<Record<string, EdgeDefaults>>;
  /** Why a wire to a given kind makes no sense, where the general sentence would not be clear. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** Neighbours without which the kind can do nothing; each is an error when it is not there. */
  readonly needs?: readonly NeighbourRule[];
  /** Most edges that may leave a node of this kind; absent: any number. */
  readonly maximumTargets?: number;
  /** Of a client: the flows that it makes under a given (complete) configuration. */
  flows?(config: z.output<Config>): readonly string[];
  /** Flows that a node of this id measures besides, of work that no client waits for. */
  backgroundFlows?(id: string): readonly string[];
  /** The one figure shown on the node while running, a member of its component figures. */
  readonly headline: string;
}

/** What an edge from one kind to another has where the file says nothing. */
export interface EdgeDefaults {
  /** One way, constant. */
  readonly latencyMs: number;
  /** Null on edges that are not synchronous calls. */
  readonly timeoutMs: number | null;
  /** Where the two figures come from. */
  readonly source: string;
}

/** At least one neighbour of one of `kinds` must be there. */
export interface NeighbourRule {
  /** `target`: this kind points at it; `source`: it points at this kind. */
  readonly side: 'source' | 'target';
  readonly kinds: readonly string[];
  /** What is wrong without, as the end of a sentence that begins with the node: "has no queue to consume from". */
  readonly without: string;
}

/** What every configuration field says about itself, beside its type and default. */
export interface FieldMeta {
  /** Short label in the configuration panel. */
  readonly title: string;
  /** One or two sentences. */
  readonly description: string;
  /** `ms`, `s`, `requests/s`, `bytes`, `ratio`, `count`, ... */
  readonly unit?: string;
  /**
   * Where the default comes from: `seed` (the published design states it), a citation
   * ("Redis benchmark documentation"), or `sized` with the rule that it was sized by.
   */
  readonly source: string;
}
