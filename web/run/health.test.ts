import { describe, expect, it } from 'vitest';
import { backlogGrowth, healthOf } from './health.ts';
import { SeriesBuffer } from './series-buffer.ts';

function rowsOf(figures: Readonly<Record<string, readonly number[]>>): SeriesBuffer {
  const buffer = new SeriesBuffer();
  const paths = Object.keys(figures);
  const count = Math.max(...Object.values(figures).map((column) => column.length));
  buffer.setColumns(paths);
  const values = new Float64Array(count * paths.length).fill(NaN);
  paths.forEach((path, index) =>
    figures[path]!.forEach((value, row) => (values[row * paths.length + index] = value)),
  );
  buffer.append(
    count,
    Float64Array.from({ length: count }, (_value, row) => row),
    values,
  );
  return buffer;
}

describe('health of a component', () => {
  it.each([
    [0.69, 'good'],
    [0.7, 'warn'],
    [0.9, 'bad'],
  ])('at %s utilisation is %s', (utilization, level) => {
    expect(healthOf(rowsOf({ 'components.a.utilization': [utilization] }), 'a').level).toBe(level);
  });

  it('is bad when a key serves less than it is asked for, with both figures', () => {
    const health = healthOf(
      rowsOf({
        'components.db.utilization': [0.5],
        'components.db.hottestKey.offeredReadsPerSecond': [29_000],
        'components.db.hottestKey.servedReadsPerSecond': [3000],
      }),
      'db',
    );
    expect(health).toEqual({ level: 'bad', reason: 'hot key 3K of 29K' });
  });

  it('warns of a backlog that grows, and not of one that swings', () => {
    const growing = [0, 1000, 2000, 3000, 4000, 5000, 6000];
    expect(healthOf(rowsOf({ 'components.w.backlog.mean': growing }), 'w').reason).toBe('growing by 1K/s');
    expect(backlogGrowth([0, 1000, 900, 3000, 2000, 5000, 6000])).toBeNull();
    expect(backlogGrowth([1, 2, 3, 4, 5, 6])).toBeNull();
    expect(backlogGrowth([10_000, 10_001, 10_002, 10_003, 10_004, 10_005])).toBeNull();
  });

  it('says nothing about a component without figures', () => {
    expect(healthOf(rowsOf({ 'components.a.utilization': [1] }), 'b')).toEqual({
      level: 'good',
      reason: null,
    });
  });
});

describe('rows of the series', () => {
  it('become columns, with null where nothing was measured', () => {
    const buffer = rowsOf({ x: [1, 2, 3], y: [4] });
    expect(buffer.column('x')).toEqual([1, 2, 3]);
    expect(buffer.column('y')).toEqual([4, null, null]);
    expect(buffer.last('x')).toBe(3);
    expect(buffer.last('nothing')).toBeNull();
  });

  it('take columns that appear during the run', () => {
    const buffer = rowsOf({ x: [1] });
    buffer.setColumns(['x', 'y']);
    buffer.append(1, Float64Array.of(1), Float64Array.of(2, 5));
    expect(buffer.column('x')).toEqual([1, 2]);
    expect(buffer.column('y')).toEqual([null, 5]);
  });
});
