import { useMemo } from 'react';
import { edit, setShortValue, shortValues, useDocument, type Part } from '../document/index.ts';
import type { ShortForm } from '../form/index.ts';

/** What the short form runs a part of the scenario with, while it is on; nothing while it is off. */
export function useShortForm(part: Part): ShortForm | undefined {
  const { draft, form } = useDocument();
  return useMemo(
    () =>
      form === 'short'
        ? {
            values: shortValues(draft, part),
            onChange: (path, value) => edit((old) => setShortValue(old, part, path, value)),
          }
        : undefined,
    [draft, form, part],
  );
}
