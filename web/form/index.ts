/** Door of `form`: forms generated from schemas. */
export { SchemaForm } from './schema-form.tsx';
export type { ShortForm } from './short-note.tsx';
export { NumberInput } from './number-input.tsx';
export { TextInput } from './text-input.tsx';
export { fieldModel, initialChoice, initialValue, type Choice } from './field-model.ts';
