import { z } from '../zod.ts';
import { id } from './quantities.ts';

/** The frame of a scenario file: what holds before any component kind is looked at. */

export const formatName = 'fanout-lab/scenario';
export const formatVersion = 1;

const members = z.record(z.string(), z.unknown());
const list = z.array(z.unknown());

export const header = z.strictObject({
  format: z.literal(formatName).meta({ title: 'Format', description: 'Says that this is a scenario.' }),
  version: z.literal(formatVersion).meta({ title: 'Version', description: 'Version of the format.' }),
  id: id.meta({ title: 'Id', description: 'Name of the scenario on the command line and in results.' }),
  title: z
    .string()
    .max(200)
    .optional()
    .meta({ title: 'Title', description: 'One line for a menu. Absent: the id.' }),
  description: z.string().max(100_000).default('').meta({ title: 'Description', description: 'Markdown.' }),
  design: members.optional(),
  population: members.optional(),
  timeline: list.optional(),
  run: members.optional(),
  expectations: list.optional(),
  reference: members.optional(),
  short: members.optional(),
});

export const position = z.strictObject({ x: z.number(), y: z.number() }).meta({
  title: 'Position',
  description: 'Where the canvas draws it; no effect on the simulation.',
});

export const nodeFrame = z.strictObject({
  id: id.meta({ title: 'Id', description: 'Name of the node in edges, paths and results.' }),
  kind: z.string().max(100),
  config: members.optional(),
  position: position.optional(),
});

export const edgeFrame = z.strictObject({
  source: z.string().max(100),
  target: z.string().max(100),
  config: members.optional(),
});

export const inlineDesign = z.strictObject({ nodes: list, edges: list.optional() });

export const added = z.strictObject({ nodes: list.optional(), edges: list.optional() });

/** What changes a design, applied in this order. */
const changes = {
  remove: z
    .array(z.string().max(200))
    .optional()
    .meta({ title: 'Remove', description: 'Ids of nodes, with their edges, and edges as `a->b`.' }),
  add: added.optional(),
  set: members.optional().meta({
    title: 'Set',
    description:
      'Values by path: `<node-id>.<member>`, `<source>-><target>.<member>`, `run.<member>`, `population.<member>`, `timeline.<event-id>.<member>`, `expectations.<id>.<member>`.',
  }),
};

export const extendingDesign = z.strictObject({
  extends: id.meta({
    title: 'Extends',
    description: 'Id of the scenario whose design, population and run this one starts from.',
  }),
  ...changes,
});

/** `short` and `reference`: another form of the same scenario. */
export const form = z.strictObject({
  ...changes,
  run: members.optional(),
  population: members.optional(),
  expectations: list.optional(),
});

export type Changes = Pick<z.output<typeof extendingDesign>, 'remove' | 'add' | 'set'>;
