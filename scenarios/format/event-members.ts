import { field } from '../kinds/field.ts';
import { id, positiveSeconds, seconds } from './quantities.ts';

/** Members that events of several kinds have. */
export const eventId = id.meta({
  title: 'Id',
  description: 'Name of the event; its phases are named after it.',
});
export const atSeconds = seconds.meta({
  title: 'At',
  description: 'When it begins, since the start.',
  unit: 's',
});
export const duration = positiveSeconds.meta({
  title: 'Duration',
  description: 'How long it lasts.',
  unit: 's',
});
/** A duration that may be left out; `meaning` says what null means. */
export const optionalDuration = (meaning: string) =>
  field(positiveSeconds.nullable().default(null), {
    title: 'Duration',
    description: `Length of the phase \`during:<id>\`. ${meaning}`,
    unit: 's',
    source: 'absent unless given',
  });
export const target = id.meta({ title: 'Target', description: 'Id of a node.' });
