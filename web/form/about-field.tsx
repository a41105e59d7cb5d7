import type { Json, JsonObject } from '../document/index.ts';
import { InlineCode } from '../ui/index.ts';
import type { Field } from './field-model.ts';

/** What a member means, and where its default comes from. */
export function About({
  id,
  field,
  value,
  onReset,
}: {
  readonly id: string;
  readonly field: Field;
  readonly value: Json | undefined;
  readonly onReset: (value: Json) => void;
}) {
  const { description, source, unit } = field.meta;
  const { defaultValue } = field;
  const changed = defaultValue !== undefined && JSON.stringify(defaultValue) !== JSON.stringify(value);
  return (
    <div className="field__about" id={id}>
      {description !== undefined && (
        <p>
          <InlineCode text={description} />
        </p>
      )}
      {source !== undefined && defaultValue !== undefined && (
        <p className="field__source">
          Default {summary(defaultValue, unit)}
          <span> · {source}</span>
          {changed && (
            <button type="button" className="field__reset" onClick={() => onReset(defaultValue)}>
              reset
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** A value in a few words: "12", "exponential, mean 1 ms". */
export function summary(value: Json, unit?: string): string {
  if (value === null) return 'none';
  if (typeof value === 'number') {
    const text = value.toLocaleString('en-US', { maximumSignificantDigits: 12 });
    if (unit === undefined || unit === 'count' || unit === 'ratio') return text;
    return unit.startsWith('/') ? text + unit : `${text} ${unit}`;
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'item' : 'items'}`;
  return Object.entries(value as JsonObject)
    .map(([name, part]) =>
      typeof part === 'string'
        ? part
        : `${name.replace(/(Ms|PerSecond|Seconds)$/, '')} ${summary(part, unitOfName(name))}`,
    )
    .join(', ');
}

function unitOfName(name: string): string | undefined {
  if (name.endsWith('Ms') || name === 'ms') return 'ms';
  if (name.endsWith('PerSecond')) return '/s';
  return name.endsWith('Seconds') ? 's' : undefined;
}
