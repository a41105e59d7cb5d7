import type { z } from '../zod.ts';
import type { KindDefinition } from './kind.ts';
import { service } from './service.ts';

/** Every kind, one import and one line each, in the order of the palette. */
const definitions = {
  Service: service,
};

export type KindName = keyof typeof definitions;

/** The complete configuration of a kind: `ConfigOf<'Service'>`. */
export type ConfigOf<Name extends KindName> = z.output<(typeof definitions)[Name]['config']>;

export const kinds: Readonly<Record<string, KindDefinition>> = definitions;

/** The kind of this name, or undefined; safe for names from a file. */
export function findKind(name: string): KindDefinition | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}
