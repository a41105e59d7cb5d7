import { expect, it } from 'vitest';
import { replaced } from './findings.ts';

const row = (id: string, of: string) => ({ id, of });

it('puts new rows where the earlier ones of their key stood, all of them, and others at the end', () => {
  const known = [row('a', '1'), row('a', '2'), row('b', '1'), row('c', '1')];
  const found = [row('d', 'new'), row('b', 'new'), row('a', 'new'), row('b', 'newer')];
  expect(replaced(known, found, ({ id }) => id)).toEqual([
    row('a', 'new'),
    row('b', 'new'),
    row('b', 'newer'),
    row('c', '1'),
    row('d', 'new'),
  ]);
});
