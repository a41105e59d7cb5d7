/**
 * The scenario being edited: a scenario file with its design written out, so that every node and
 * edge is there to be drawn. It may be wrong for a while; checking is validation's task.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface DraftNode {
  readonly id: string;
  readonly kind: string;
  readonly config: JsonObject;
  readonly position: Point;
}

export interface DraftEdge {
  readonly source: string;
  readonly target: string;
  readonly config: JsonObject;
}

/** An entry of the timeline; members beside these depend on `kind`. */
export type DraftEntry = JsonObject & {
  readonly id: string;
  readonly kind: string;
  readonly atSeconds: number;
};

/** `short` and `reference`: changes that make another form of the same scenario. */
export interface Overrides {
  readonly set?: JsonObject;
  readonly add?: JsonObject;
  readonly remove?: readonly string[];
  readonly run?: JsonObject;
  readonly population?: JsonObject;
}

export interface Draft {
  readonly format: 'fanout-lab/scenario';
  readonly version: 1;
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly design: { readonly nodes: readonly DraftNode[]; readonly edges: readonly DraftEdge[] };
  readonly population: JsonObject;
  readonly timeline: readonly DraftEntry[];
  readonly run: JsonObject;
  readonly expectations: readonly JsonObject[];
  readonly short?: Overrides;
  readonly reference?: Overrides;
}

export function edgeId(edge: { readonly source: string; readonly target: string }): string {
  return `${edge.source}->${edge.target}`;
}

/** The draft as the text of a scenario file. */
export function draftText(draft: Draft): string {
  return `${JSON.stringify(draft, null, 2)}\n`;
}
