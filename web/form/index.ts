/** Door of `form`: forms generated from schemas. */
export { SchemaForm } from './schema-form.tsx';
export { summary } from './field-editor.tsx';
export { NumberInput, parseNumber } from './number-input.tsx';
export { TextInput } from './text-input.tsx';
export {
  choiceOf,
  fieldModel,
  initialChoice,
  initialValue,
  isJsonObject,
  type Choice,
  type Field,
} from './field-model.ts';
