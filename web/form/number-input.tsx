import { useEffect, useRef, useState, type CSSProperties } from 'react';

interface NumberInputProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: number | null;
  readonly onChange: (value: number) => void;
  /** Empty is a value too: called when the text is cleared. */
  readonly onClear?: () => void;
  readonly unit?: string | undefined;
  readonly integer?: boolean;
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly describedBy?: string | undefined;
}

const suffixes: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/** "650K", "1,000", "5e7" as a number; null for what is none. */
export function parseNumber(text: string): number | null {
  const match = /^([-−+]?[\d.,_' ]*\d[\d.]*(?:e[-+]?\d+)?)\s*([kmb])?$/i.exec(text.trim());
  if (!match) return null;
  const value =
    Number(match[1]!.replace(/[,_' ]/g, '').replace('−', '-')) *
    (suffixes[match[2]?.toLowerCase() ?? ''] ?? 1);
  return Number.isFinite(value) ? value : null;
}

/** The number in full, thousands set apart: 5000 -> "5,000". */
export function written(value: number | null): string {
  if (value === null) return '';
  return String(value).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));
}

/** A step of a tenth of the number's decade, up or down; whole numbers up to 20 by one. */
function nudge(value: number, direction: 1 | -1, integer: boolean): number {
  if (integer && (direction > 0 ? value < 20 : value <= 20)) return value + direction;
  if (value === 0) return direction / 10;
  // 1000 goes up to 1100, but down to 990.
  const decade = Math.floor(Math.log10(Math.abs(value)) - (direction < 0 ? 1e-9 : 0));
  const step = 10 ** (decade - 1);
  return Number((Math.round(value / step + direction) * step).toPrecision(12));
}

/**
 * A number with its unit. The text belongs to the user until Enter or until the field is left;
 * then it becomes the value, so that one change is one step to undo.
 */
export function NumberInput(props: NumberInputProps) {
  const { value, unit, integer = false } = props;
  const [text, setText] = useState(written(value));
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(written(value)), [value]);

  const parsed = parseNumber(text);
  const isEmpty = text.trim() === '';
  const commit = (): void => {
    if (isEmpty && props.onClear) props.onClear();
    else if (parsed === null) setText(written(value));
    else if (parsed !== value) props.onChange(parsed);
    else setText(written(value));
  };
  return (
    <span
      className="number"
      data-unit={unit === undefined ? undefined : true}
      style={{ '--unit-length': unit?.length ?? 0 } as CSSProperties}
    >
      <input
        ref={input}
        id={props.id}
        className="input number__input"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        aria-label={props.label}
        aria-invalid={props.invalid === true || (parsed === null && !isEmpty)}
        aria-describedby={props.describedBy}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          else if (event.key === 'Escape') setText(written(value));
          else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && parsed !== null) {
            event.preventDefault();
            setText(written(nudge(parsed, event.key === 'ArrowUp' ? 1 : -1, integer)));
          }
        }}
      />
      {unit !== undefined && (
        <span className="number__unit" aria-hidden="true">
          {unit}
        </span>
      )}
    </span>
  );
}
