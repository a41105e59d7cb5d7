import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { describeResultFormat } from './result-format.ts';

describe('page on the result file', () => {
  it('lists every member with its type, links and comment', () => {
    const page = describeResultFormat(
      ts,
      `/** The file. */
       export interface Result {
         /** By name. */
         readonly parts: Readonly<Record<string, Readonly<Partial<Record<Part, number>>>>> | null;
         /** Perhaps. */
         readonly more?: readonly Part[];
       }
       /** A part. */
       export type Part = 'a' | 'b';
       export const parts = ['a', 'b'];`,
    );
    expect(page).toContain(
      '| `parts` | Record\\<string, Partial\\<Record\\<[Part](#part), number\\>\\>\\> \\| null | By name. |',
    );
    expect(page).toContain('| `more?` | [Part](#part)[] | Perhaps. |');
    expect(page).toContain("## Part\n\nA part.\n\n'a' \\| 'b'\n");
  });

  it('refuses a member that nobody explained', () => {
    const source = '/** The file. */ export interface Result { readonly silent: number }';
    expect(() => describeResultFormat(ts, source)).toThrow(
      'Result.silent in simulator/result.ts has no comment',
    );
  });
});
