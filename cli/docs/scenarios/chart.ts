/** A line chart as a small SVG: one value a second, phases shaded, axes with units. */
export interface Chart {
  readonly title: string;
  /** What the vertical axis shows, with its unit. */
  readonly yTitle: string;
  readonly scale: 'linear' | 'logarithmic';
  readonly stepSeconds: number;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Stretches of time to shade. */
  readonly phases: readonly {
    readonly name: string;
    readonly fromSeconds: number;
    readonly toSeconds: number;
  }[];
}

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 68;
const RIGHT = 150;
const TOP = 34;
const BOTTOM = 44;
/** More points than this make no line clearer. */
const MAXIMUM_POINTS = 240;
/** Okabe and Ito (2008): told apart by readers of any colour vision. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#7f7f7f'];

/** The picture; a chart without any value has empty axes. */
export function drawChart(chart: Chart): string {
  const steps = Math.max(1, ...chart.lines.map(({ values }) => values.length));
  const endSeconds = steps * chart.stepSeconds;
  const logarithmic = chart.scale === 'logarithmic';
  const found = chart.lines
    .flatMap(({ values }) => values)
    .filter((value): value is number => value !== null && (!logarithmic || value > 0));
  const top = found.length === 0 ? 1 : Math.max(...found);
  const bottom = !logarithmic ? 0 : found.length === 0 ? top / 10 : Math.min(...found);
  const ticks = logarithmic ? decades(bottom, top) : roundSteps(top);
  const low = ticks[0]!;
  const high = ticks.at(-1)!;

  const x = (seconds: number): number => LEFT + (seconds / endSeconds) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => {
    const share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  };
  const timeTicks = roundSteps(endSeconds).filter((seconds) => seconds <= endSeconds);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...chart.phases.map(({ name, fromSeconds, toSeconds }) => {
      const from = x(fromSeconds);
      const to = x(Math.min(toSeconds, endSeconds));
      return [
        `<rect x="${at(from)}" y="${TOP}" width="${at(Math.max(1, to - from))}" height="${HEIGHT - TOP - BOTTOM}" fill="#f0e442" fill-opacity=".25"/>`,
        `<text x="${at(from + 3)}" y="${TOP + 12}" fill="#665c00">${escaped(name)}</text>`,
      ].join('');
    }),
    ...ticks.map(
      (value) =>
        `<path d="M${LEFT} ${at(y(value))}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${label(value)}</text>`,
    ),
    ...timeTicks.map(
      (seconds) =>
        `<path d="M${at(x(seconds))} ${HEIGHT - BOTTOM}v4" stroke="#333"/><text x="${at(x(seconds))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${label(seconds)}</text>`,
    ),
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#333"/>`,
    ...chart.lines.map(({ values }, i) => {
      const colour = COLOURS[i % COLOURS.length]!;
      return `<path d="${path(values, chart.stepSeconds, logarithmic, x, y)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    }),
    ...chart.lines.map(({ name }, i) => {
      const height = TOP + 8 + i * 16;
      const colour = COLOURS[i % COLOURS.length]!;
      return `<path d="M${WIDTH - RIGHT + 10} ${height}h14" stroke="${colour}" stroke-width="3"/><text x="${WIDTH - RIGHT + 28}" y="${height + 4}">${escaped(name)}</text>`;
    }),
    `<text x="${LEFT}" y="20" font-size="13" font-weight="bold">${escaped(chart.title)}</text>`,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">simulated time, s</text>`,
    `<text transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(chart.yTitle)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** A line through the values; where there are more than fit, through the mean of several. */
function path(
  values: readonly (number | null)[],
  stepSeconds: number,
  logarithmic: boolean,
  x: (seconds: number) => number,
  y: (value: number) => number,
): string {
  const together = Math.max(1, Math.ceil(values.length / MAXIMUM_POINTS));
  let drawn = '';
  let pen = 'M';
  for (let i = 0; i < values.length; i += together) {
    const group = values
      .slice(i, i + together)
      .filter((value): value is number => value !== null && (!logarithmic || value > 0));
    if (group.length === 0) {
      pen = 'M';
      continue;
    }
    const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
    drawn += `${pen}${at(x((i + together / 2) * stepSeconds))} ${at(y(mean))}`;
    pen = 'L';
  }
  return drawn;
}

/** 0 and up in round steps, four to eight of them. */
function roundSteps(highest: number): number[] {
  if (highest <= 0) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(highest / 4));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((candidate) => highest / candidate <= 8)!;
  const steps: number[] = [];
  for (let i = 0; i <= Math.ceil(highest / step - 1e-9); i++) steps.push(i * step);
  return steps;
}

/** Powers of ten around two values. */
function decades(lowest: number, highest: number): number[] {
  const from = Math.floor(Math.log10(lowest));
  const to = Math.max(from + 1, Math.ceil(Math.log10(highest)));
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
}

function label(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(0);
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 4 });
}

const at = (position: number): string => String(Math.round(position * 10) / 10);

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
