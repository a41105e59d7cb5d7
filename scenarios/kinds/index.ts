import type { z } from '../zod.ts';
import type { KindDefinition } from './kind.ts';
import { cache } from './cache.ts';
import { client } from './client.ts';
import { database } from './database.ts';
import { queue } from './queue.ts';
import { service } from './service.ts';
import { worker } from './worker.ts';

/** Every kind, one import and one line each, in the order of the palette. */
const definitions = {
  Client: client,
  Service: service,
  Cache: cache,
  Database: database,
  Queue: queue,
  Worker: worker,
};

export type KindName = keyof typeof definitions;

/** The complete configuration of a kind: `ConfigOf<'Service'>`. */
export type ConfigOf<Name extends KindName> = z.output<(typeof definitions)[Name]['config']>;

export const kinds: Readonly<Record<string, KindDefinition>> = definitions;

/** The kind of this name, or undefined; safe for names from a file. */
export function findKind(name: string): KindDefinition | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

export { clientFlows, type ClientFlow } from './client.ts';
