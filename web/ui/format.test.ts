import { describe, expect, it } from 'vitest';
import {
  figureLabel,
  formatByName,
  formatChange,
  formatClock,
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
} from './format.ts';

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.0345, '0.035'],
    [12.34, '12.3'],
    [999, '999'],
    [999_960, '1M'],
    [650_000, '650K'],
    [-1500, '−1.5K'],
    [null, '–'],
    [NaN, '–'],
  ])('counts %s as %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0 ms'],
    [0.08, '80 µs'],
    [48.2, '48.2 ms'],
    [1050, '1.05 s'],
    [5_000_000, '83.3 min'],
  ])('writes %s ms as %s', (value, text) => expect(formatMs(value)).toBe(text));

  it.each([
    [0.7312, '73 %'],
    [0.0042, '0.42 %'],
    [0, '0 %'],
    [1, '100 %'],
  ])('writes the ratio %s as %s', (value, text) => expect(formatPercent(value)).toBe(text));

  it.each([
    [100, 112, '+12 %'],
    [100, 90, '−10 %'],
    [10, 200, '×20'],
    [10, 10, '±0 %'],
    [null, 10, '–'],
    [0, 10, '–'],
    [0.001, 66, '–'],
  ])('writes the change from %s to %s as %s', (from, to, text) => expect(formatChange(from, to)).toBe(text));

  it('shows the clock to a tenth of a second', () => {
    expect(formatClock(23.44)).toBe('0:23.4');
    expect(formatClock(59.999)).toBe('0:59.9');
    expect(formatClock(3723)).toBe('1:02:03.0');
  });

  it('takes the unit from the name of a metric', () => {
    expect(formatByName('utilization', 0.8)).toBe('80 %');
    expect(formatByName('hottestKey.offeredReadsPerSecond', 3000)).toBe('3K/s');
    expect(formatByName('latencyMs.p99', 12)).toBe('12 ms');
    expect(formatByName('lagSeconds.p99', 12)).toBe('12 s');
    expect(formatByName('backlog.mean', 1200)).toBe('1.2K');
    expect(formatSeconds(4980)).toBe('83 min');
  });

  it('names a metric in words', () => {
    expect(figureLabel('hottestKey.offeredReadsPerSecond')).toBe('hottest key offered reads');
    expect(figureLabel('backlog.mean')).toBe('backlog');
    expect(figureLabel('waitMs.p99')).toBe('wait p99');
  });
});
