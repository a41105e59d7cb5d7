import { useEffect, useState } from 'react';

interface TextInputProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly invalid?: boolean;
  readonly describedBy?: string | undefined;
  readonly multiline?: boolean;
}

/** Text that becomes the value on Enter or when the field is left. */
export function TextInput({ value, onChange, invalid, describedBy, multiline, id, label }: TextInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = (): void => {
    if (text !== value) onChange(text);
  };
  const shared = {
    id,
    className: 'input text-input',
    spellCheck: multiline === true,
    'aria-label': label,
    'aria-invalid': invalid,
    'aria-describedby': describedBy,
    value: text,
    onBlur: commit,
  };
  if (multiline) {
    return <textarea {...shared} rows={5} onChange={(event) => setText(event.target.value)} />;
  }
  return (
    <input
      {...shared}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(value);
      }}
    />
  );
}

/** A value of any shape, as JSON. */
export function JsonInput(
  props: Omit<TextInputProps, 'value' | 'onChange'> & {
    readonly value: unknown;
    readonly onChange: (value: never) => void;
  },
) {
  const [fault, setFault] = useState(false);
  return (
    <TextInput
      {...props}
      value={JSON.stringify(props.value)}
      invalid={fault || props.invalid === true}
      onChange={(text) => {
        try {
          props.onChange(JSON.parse(text) as never);
          setFault(false);
        } catch {
          setFault(true);
        }
      }}
    />
  );
}
