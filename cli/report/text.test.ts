import { describe, expect, it } from 'vitest';
import { figure, interval, percent, section, table } from './text.ts';

describe('figures', () => {
  it.each([
    [null, '-'],
    [undefined, '-'],
    [0, '0'],
    [0.00001234, '1.2e-5'],
    [0.01234, '0.012'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [123.45, '123'],
    [650_012.3, '650,012'],
    [-12.345, '-12.3'],
  ])('%j reads %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('never rounds errors away', () => {
    expect(percent(0)).toBe('0.00 %');
    expect(percent(1e-9)).toBe('<0.01 %');
    expect(percent(0.0123)).toBe('1.23 %');
    expect(percent(0.94)).toBe('94.0 %');
    expect(percent(null)).toBe('-');
  });

  it('shows both bounds of an interval', () => {
    expect(interval([1, 20])).toBe('1.00 .. 20.0');
    expect(interval(null)).toBe('-');
  });
});

describe('tables', () => {
  it('sets numbers right and text left', () => {
    const lines = table(
      [
        { title: 'name', align: 'left', text: (row: [string, number]) => row[0] },
        { title: 'rate', text: (row: [string, number]) => figure(row[1]) },
      ],
      [
        ['a', 1],
        ['longer', 1000],
      ],
    );
    expect(lines).toEqual(['name     rate', 'a        1.00', 'longer  1,000']);
  });

  it('leaves out a section without lines', () => {
    expect(section('Title', [])).toEqual([]);
    expect(section('Title', ['x'])).toEqual(['', 'Title', '  x']);
  });
});
