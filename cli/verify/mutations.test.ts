import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applyEdit, mutations } from './mutations.ts';

const read = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

describe('mutations', () => {
  it.each(mutations.map((mutation) => [mutation.id, mutation] as const))(
    '%s still applies',
    (_id, { edits }) => {
      for (const edit of edits) expect(applyEdit(read(edit.file), edit)).not.toBe(read(edit.file));
    },
  );
  it('have to find their text exactly once', () => {
    const edit = { file: 'x', find: 'a', replace: 'b' };
    expect(() => applyEdit('a a', edit)).toThrow('does not hold once');
    expect(() => applyEdit('c', edit)).toThrow('does not hold once');
  });
});
