import { edgeFile } from './format/edges.ts';
import {
  added,
  extendingDesign,
  form,
  header,
  inlineDesign,
  nodeFrame,
  position,
} from './format/envelope.ts';
import { expectation } from './format/expectations.ts';
import { population } from './format/population.ts';
import { run } from './format/run.ts';
import { timelineEntry } from './format/timeline.ts';
import type { JsonObject } from './json-path.ts';
import { kinds } from './kinds/index.ts';
import { z } from './zod.ts';

/**
 * The published JSON Schema (2020-12) of the scenario file, from the schemas that the validator uses.
 * It says the shape and the bounds of every member; rules between members (wiring, ids, times within
 * the run) are the validator's alone.
 */
export function jsonSchema(): JsonObject {
  const schema = z.toJSONSchema(fileSchema(), { io: 'input', unrepresentable: 'any' });
  return { ...schema, $id: 'urn:fanout-lab:scenario:1' };
}

/** The whole file as one zod schema; also what docs/format.md is generated from. */
function fileSchema() {
  const node = z
    .discriminatedUnion('kind', oneOfKinds())
    .meta({ id: 'Node', title: 'Node', description: 'A component of the design.' });
  const nodes = z.array(node).meta({ title: 'Nodes', description: 'The components.' });
  const edges = z
    .array(edgeFile.meta({ id: 'Edge', title: 'Edge', description: 'A wire of the design.' }))
    .meta({
      title: 'Edges',
      description: 'Who calls, feeds or fetches from whom; edges point the way work travels.',
    });
  const add = added
    .extend({ nodes: nodes.optional(), edges: edges.optional() })
    .meta({ title: 'Add', description: 'Further nodes and edges.' });
  const otherForm = form
    .extend({
      add: add.optional(),
      run: run.optional().meta({ description: 'Laid over `run`, key by key.' }),
      population: population.optional().meta({ description: 'Laid over `population`, key by key.' }),
      expectations: z
        .array(expectation)
        .optional()
        .meta({ title: 'Expectations', description: 'In place of those of the scenario.' }),
    })
    .meta({ id: 'Form', title: 'Form', description: 'Another form of the same scenario.' });
  return header.extend({
    design: z
      .union([
        inlineDesign.extend({ nodes, edges: edges.optional() }),
        extendingDesign.extend({ add: add.optional() }),
      ])
      .meta({ title: 'Design', description: 'The system: written out, or as changes of another one.' }),
    population: population.optional().meta({ description: 'Users, followers and whales.' }),
    timeline: z
      .array(timelineEntry)
      .optional()
      .meta({ title: 'Timeline', description: 'What happens during the run.' }),
    run: run.optional().meta({ description: 'Duration, warm-up and seed.' }),
    expectations: z
      .array(expectation)
      .optional()
      .meta({ title: 'Expectations', description: 'What the result should show.' }),
    reference: otherForm.optional().meta({
      title: 'Reference form',
      description: 'What differs at the scale of a bench, where real parts replay it.',
    }),
    short: otherForm
      .optional()
      .meta({ title: 'Short form', description: 'What differs in the quick form that tests run.' }),
  });
}

function oneOfKinds() {
  const options = Object.values(kinds).map(({ kind, summary, config }) =>
    z
      .strictObject({
        id: nodeFrame.shape.id,
        kind: z.literal(kind),
        config: config
          .optional()
          .meta({ title: 'Configuration', description: 'What differs from the defaults.' }),
        position: position.optional(),
      })
      .meta({ title: kind, description: summary }),
  );
  const [first, ...others] = options;
  return [first!, ...others] as const;
}
