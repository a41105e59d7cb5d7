/** Door of `form`: forms generated from schemas. */
export { SchemaForm } from './schema-form.tsx';
export { NumberInput } from './number-input.tsx';
export { TextInput } from './text-input.tsx';
export { fieldModel, initialChoice, initialValue, isJsonObject, type Choice } from './field-model.ts';
