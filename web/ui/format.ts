/** Figures as people read them: three significant digits, a unit that fits, the same everywhere. */

const minus = '−';
/** What stands for "no samples". */
export const noValue = '–';

/** A figure to print; null or undefined where nothing was measured. */
type Figure = number | null | undefined;

function isFigure(value: Figure): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function significant(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.095 ? 2 : 3;
  const text = value.toFixed(digits);
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return trimmed === '-0' ? '0' : trimmed.replace('-', minus);
}

const scales = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** 650000 -> "650K", 0.0345 -> "0.035". */
export function formatCount(value: Figure): string {
  if (!isFigure(value)) return noValue;
  for (const [scale, suffix] of scales) {
    // 999,950 would print as "1000K".
    if (Math.abs(value) >= scale * 0.9995) return significant(value / scale) + suffix;
  }
  return significant(value);
}

/** Milliseconds: 0.08 -> "80 µs", 48.2 -> "48.2 ms", 1050 -> "1.05 s". */
export function formatMs(valueMs: Figure): string {
  if (!isFigure(valueMs)) return noValue;
  const size = Math.abs(valueMs);
  if (size !== 0 && size < 0.1) return `${significant(valueMs * 1000)} µs`;
  if (size < 999.5) return `${significant(valueMs)} ms`;
  if (size < 99_950) return `${significant(valueMs / 1000)} s`;
  return `${significant(valueMs / 60_000)} min`;
}

export function formatPerSecond(value: Figure): string {
  const count = formatCount(value);
  return count === noValue ? noValue : `${count}/s`;
}

/** 0.7312 -> "73 %", 0.0042 -> "0.42 %". */
export function formatPercent(ratio: Figure): string {
  if (!isFigure(ratio)) return noValue;
  const percent = ratio * 100;
  const size = Math.abs(percent);
  if (size >= 9.95 || size === 0) return `${percent.toFixed(0).replace('-', minus)} %`;
  return `${significant(percent)} %`;
}

/** A figure that grew by more than this grew from next to nothing: the factor says only how small that was. */
const mostFactor = 1000;

/** A signed change: "+12 %", "−3.1 %", "×20". From nothing, or next to it, there is none to speak of. */
export function formatChange(from: Figure, to: Figure): string {
  if (!isFigure(from) || !isFigure(to) || from === 0) return noValue;
  const change = to / from - 1;
  if (Math.abs(change) >= mostFactor) return noValue;
  if (Math.abs(change) < 0.0005) return '±0 %';
  if (change >= 9.995) return `×${significant(to / from)}`;
  return `${change > 0 ? '+' : ''}${formatPercent(change)}`;
}

/** Simulated clock: "0:23.4", "1:02:03.0". */
export function formatClock(seconds: number): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = `${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** 22 -> "22 s", 90 -> "90 s", 4980 -> "83 min". */
export function formatSeconds(seconds: Figure): string {
  if (!isFigure(seconds)) return noValue;
  return seconds < 1
    ? formatMs(seconds * 1000)
    : seconds < 600
      ? `${significant(seconds)} s`
      : `${significant(seconds / 60)} min`;
}

/** A figure by the last member of its metric path, whose name carries the unit. */
export function formatByName(name: string, value: Figure): string {
  const last = name.split('.').at(-1) ?? name;
  if (/ratio$|utilization$/i.test(last)) return formatPercent(value);
  if (/Ms$/.test(last) || /Ms\./.test(name)) return formatMs(value);
  if (/lagSeconds|Seconds$/.test(name) && !/PerSecond$/.test(last)) return formatSeconds(value);
  if (/PerSecond$/.test(last)) return formatPerSecond(value);
  return formatCount(value);
}

const words: Readonly<Record<string, string>> = {
  utilization: 'utilisation',
  cpuUtilization: 'CPU',
  throughputPerSecond: 'throughput',
  hitRatio: 'hit ratio',
  meanQueueLength: 'queue',
};

/** "hottestKey.offeredReadsPerSecond" -> "hottest key offered reads". */
export function figureLabel(name: string): string {
  const known = words[name];
  if (known !== undefined) return known;
  return name
    .replace(/\.mean$/, '')
    .replace(/\.max$/, '.most')
    .replace(/PerSecond|Seconds|Ms\b/g, '')
    .replaceAll('.', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
