import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { FaultBand } from '../protocol.ts';

export interface Line {
  readonly label: string;
  /** A custom property of the theme: `--p99`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly width?: number;
  readonly dashed?: boolean;
}

/** A horizontal line that the figures are held against: an objective, a threshold. */
export interface Mark {
  readonly value: number;
  readonly color: string;
}

export interface TimeSeriesProps {
  readonly title: string;
  readonly atSeconds: readonly number[];
  readonly lines: readonly Line[];
  readonly bands: readonly FaultBand[];
  readonly marks?: readonly Mark[];
  readonly durationSeconds: number;
  readonly warmupSeconds: number;
  readonly scale?: 'linear' | 'logarithmic';
  /** Least upper end of the y axis. */
  readonly atLeast?: number;
  readonly format: (value: number | null) => string;
  /** Row under the pointer, in any of the charts; null: none. */
  readonly onPoint: (row: number | null) => void;
}

const syncKey = 'run';
// Whole pixels: uPlot scales only those on dense displays.
const axisFont = '11px "Inter Variable", system-ui, sans-serif';

/** One chart of figures over simulated time. Knows uPlot; nothing else of the page does. */
export function TimeSeries(props: TimeSeriesProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // uPlot calls back long after the render that made it: it reads what is current from here.
  const latest = useRef(props);
  latest.current = props;

  // A different set of lines needs a new plot; new values do not.
  const shape = [
    props.lines.map((line) => `${line.label} ${line.color} ${line.width} ${line.dashed}`).join(),
    props.scale,
  ].join('|');

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = makePlot(element, latest);
    plot.current = chart;
    const resize = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    resize.observe(element);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const repaint = (): void => chart.redraw(false, true);
    scheme.addEventListener('change', repaint);
    return () => {
      scheme.removeEventListener('change', repaint);
      resize.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => plot.current?.setData(dataOf(props)));
    return () => cancelAnimationFrame(frame);
  }, [props]);

  return <div ref={box} className="series" role="img" aria-label={describe(props)} />;
}

function dataOf({ atSeconds, lines }: TimeSeriesProps): uPlot.AlignedData {
  return [atSeconds as number[], ...lines.map((line) => line.values as (number | null)[])];
}

/** What the picture shows, in words: each line's latest figure. */
function describe({ title, lines, format }: TimeSeriesProps): string {
  const figures = lines.map((line) => `${line.label} ${format(line.values.at(-1) ?? null)}`);
  return `${title}: ${figures.join(', ')}`;
}

function makePlot(element: HTMLElement, latest: { readonly current: TimeSeriesProps }): uPlot {
  const { lines, scale } = latest.current;
  const logarithmic = scale === 'logarithmic';
  const color = (name: string) => (): string => themeColor(name);
  const options: uPlot.Options = {
    width: element.clientWidth || 240,
    height: element.clientHeight || 110,
    padding: [6, 20, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: syncKey, setSeries: false },
      drag: { x: false, y: false },
      points: { size: 5, width: 0 },
      y: false,
    },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, latest.current.durationSeconds)] },
      y: {
        distr: logarithmic ? 3 : 1,
        range: (_plot, low, high) => yRange(low, high, latest.current),
      },
    },
    axes: [
      {
        stroke: color('--ink-3'),
        font: axisFont,
        size: 20,
        gap: 3,
        grid: { show: false },
        ticks: { show: false },
        values: (_plot, splits) => splits.map((at) => `${at}s`),
      },
      {
        stroke: color('--ink-3'),
        font: axisFont,
        size: 46,
        gap: 5,
        space: 26,
        grid: { stroke: color('--line'), width: 1 },
        ticks: { show: false },
        ...(logarithmic ? { filter: (_plot: uPlot, splits: number[]) => splits.map(decadeOnly) } : {}),
        values: (_plot, splits) =>
          splits.map((value) => (value === null ? '' : latest.current.format(value))),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: line.width ?? 1.5,
        ...(line.dashed ? { dash: [4, 3] } : {}),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      drawClear: [(chart) => drawBands(chart, latest.current)],
      draw: [(chart) => drawMarks(chart, latest.current)],
      setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, dataOf(latest.current), element);
}

function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function decadeOnly(value: number): number | null {
  return Math.abs(Math.log10(value) % 1) < 1e-9 ? value : null;
}

function yRange(
  low: number | null,
  high: number | null,
  { scale, atLeast, lines }: TimeSeriesProps,
): uPlot.Range.MinMax {
  if (scale === 'logarithmic') {
    const positive = lines.flatMap((line) =>
      line.values.filter((value): value is number => value !== null && value > 0),
    );
    if (positive.length === 0) return [1, 100];
    const least = positive.reduce((a, b) => Math.min(a, b));
    const most = positive.reduce((a, b) => Math.max(a, b));
    return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most) + 0.05)];
  }
  void low;
  const top = Math.max(high ?? 0, atLeast ?? 0);
  return [0, top === 0 ? 1 : top * 1.08];
}

/** Fault bands behind the lines, the warm-up hatched away by a paler ground. */
function drawBands(chart: uPlot, { bands, warmupSeconds, durationSeconds }: TimeSeriesProps): void {
  const { ctx, bbox } = chart;
  const x = (seconds: number): number => chart.valToPos(Math.min(seconds, durationSeconds), 'x', true);
  ctx.save();
  if (warmupSeconds > 0 && warmupSeconds < durationSeconds) {
    ctx.fillStyle = themeColor('--surface-3');
    ctx.fillRect(bbox.left, bbox.top, x(warmupSeconds) - bbox.left, bbox.height);
  }
  const color = themeColor('--band');
  for (const band of bands) {
    if (band.fromSeconds > durationSeconds) continue;
    const from = x(band.fromSeconds);
    ctx.globalAlpha = 0.13;
    ctx.fillStyle = color;
    ctx.fillRect(from, bbox.top, x(band.toSeconds) - from, bbox.height);
    ctx.globalAlpha = 0.9;
    ctx.fillRect(Math.round(from) - devicePixelRatio / 2, bbox.top, devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function drawMarks(chart: uPlot, { marks = [] }: TimeSeriesProps): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const y = Math.round(chart.valToPos(mark.value, 'y', true)) + 0.5;
    if (!Number.isFinite(y) || y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = themeColor(mark.color);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
