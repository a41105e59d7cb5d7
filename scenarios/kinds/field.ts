import type { z } from '../zod.ts';
import type { FieldMeta, KindDefinition } from './kind.ts';

/**
 * Attaches what a field says about itself to its schema. Goes outermost, after `.default()`:
 * `field(count(1, 1000).default(12), { title: 'Shards', ... })`.
 */
export function field<Schema extends z.ZodType>(schema: Schema, meta: FieldMeta): Schema {
  return schema.meta({ ...meta });
}

/** Keeps the exact type of a kind's configuration while checking that the definition is complete. */
export function defineKind<Config extends z.ZodType>(
  definition: KindDefinition<Config>,
): KindDefinition<Config> {
  return definition;
}
