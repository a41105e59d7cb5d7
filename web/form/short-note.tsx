import { createContext, useContext, type ReactNode } from 'react';
import type { Json, ShortValues } from '../document/index.ts';
import { summary } from './about-field.tsx';

/** What the short form runs with in place of what a form shows, by the path of the field. */
export interface ShortForm {
  readonly values: ShortValues;
  readonly onChange: (path: string, value: Json) => void;
}

export const nothingShort: ShortForm = { values: new Map(), onChange: () => undefined };
export const ShortContext = createContext(nothingShort);

/** Says beside a field that the short form runs with another value, and with which. */
export function ShortNote({
  path,
  hasRows,
  editor,
}: {
  readonly path: string;
  /** Values inside of this one are said at rows of their own. */
  readonly hasRows: boolean;
  /** A control for the value in the short form; null: it is too large for the line. */
  readonly editor: (value: Json, onChange: (value: Json) => void) => ReactNode;
}) {
  const { values, onChange } = useContext(ShortContext);
  const value = values.get(path);
  const control = value === undefined ? null : editor(value, (next) => onChange(path, next));
  return (
    <>
      {value !== undefined && (
        <div className="field__short">
          <span>The short form runs with{control === null ? ` ${summary(value)}` : ''}</span>
          {control}
        </div>
      )}
      {!hasRows &&
        [...values]
          .filter(([key]) => key.startsWith(`${path}.`) || key.startsWith(`${path}[`))
          .map(([key, inner]) => (
            <div key={key} className="field__short">
              <span>
                The short form runs with {key.slice(path.length).replace(/^\./, '')} {summary(inner)}
              </span>
            </div>
          ))}
    </>
  );
}
