import type { Interval, Sensitivity, SensitivityChange } from '../../simulator/index.ts';
import { formatCount, formatMs, formatPercent } from '../ui/index.ts';

const width = 240;
const height = 18;
const margin = 4;

/** Changes by how far they move the p99: a bar with its interval each, the figures beside it, and what they mean. */
export function SensitivityChart({ sensitivity }: { readonly sensitivity: Sensitivity }) {
  const { changes, leftOut, flow, pairs: count, tried, parameters } = sensitivity;
  const ends = changes.flatMap(({ simultaneousCi95 }) => simultaneousCi95);
  const domain: Interval = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return (
    <>
      <p className="help-most__answer">{answer(sensitivity)}</p>
      {changes.length > 0 && (
        <table
          className="table help-most__table"
          aria-label={`Changes by how far they move the p99 of ${flow}`}
        >
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" className="help-most__bars">
                p99 of {flow}: faster, slower
              </th>
              <th scope="col">Difference</th>
              <th scope="col">95 % interval</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={`${change.path} ${change.to}`}>
                <th scope="row">
                  <code>{change.path}</code>
                </th>
                <td className="table__quiet">{quantity(change.from, change.unit)}</td>
                <td>{quantity(change.to, change.unit)}</td>
                <td className="help-most__bars">
                  <Bar change={change} domain={domain} />
                </td>
                <td className="table__strong">{signed(change.difference)}</td>
                <td className="table__quiet">
                  {signed(change.simultaneousCi95[0])} to {signed(change.simultaneousCi95[1])}
                </td>
                <td data-verdict={directionOf(change)}>{verdictOf(change)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="report__hint">
        {count} pairs of runs with the same seeds for each line, one parameter changed; the intervals hold all
        at once. {tried} of {parameters} parameters were tried.
      </p>
      {leftOut.length > 0 && (
        <details className="help-most__rest">
          <summary>Why the others are not in the list</summary>
          <dl>
            {leftOut.map(({ why, parameters: paths }) => (
              <div key={why}>
                <dt>
                  {paths.length}: {why}
                </dt>
                <dd>{paths.join(', ')}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

/** From zero to the difference, with the interval as a line; the table says the same in figures. */
function Bar({
  change,
  domain: [low, high],
}: {
  readonly change: SensitivityChange;
  readonly domain: Interval;
}) {
  const x = (ms: number): number => margin + ((ms - low) / (high - low || 1)) * (width - 2 * margin);
  const { difference, simultaneousCi95 } = change;
  const middle = height / 2;
  return (
    <svg width={width} height={height} aria-hidden="true" data-verdict={directionOf(change)}>
      <line className="help-most__zero" x1={x(0)} x2={x(0)} y1={0} y2={height} />
      <rect
        x={Math.min(x(0), x(difference))}
        width={Math.abs(x(difference) - x(0))}
        y={3}
        height={height - 6}
        rx={2}
      />
      <line
        className="help-most__interval"
        x1={x(simultaneousCi95[0])}
        x2={x(simultaneousCi95[1])}
        y1={middle}
        y2={middle}
      />
    </svg>
  );
}

function answer({ changes, flow }: Sensitivity): string {
  const best = changes
    .filter((change) => directionOf(change) === 'faster' && change.errorRatioCi95[0] <= 0)
    .sort((a, b) => a.difference - b.difference)[0];
  if (best === undefined)
    return `None of these changes alone makes the p99 of ${flow} shorter without more errors.`;
  const { path, from, to, unit, difference, simultaneousCi95 } = best;
  return `Most would help ${path} at ${quantity(to, unit)} in place of ${quantity(from, unit)}: p99 of ${flow} ${signed(difference)} (${signed(simultaneousCi95[0])} to ${signed(simultaneousCi95[1])}).`;
}

function directionOf({ simultaneousCi95: [low, high] }: SensitivityChange): 'faster' | 'slower' | 'none' {
  if (low > 0) return 'slower';
  return high < 0 ? 'faster' : 'none';
}

const words = { faster: 'faster', slower: 'slower', none: 'no difference shown' } as const;

function verdictOf(change: SensitivityChange): string {
  const { errorRatioCi95, errorRatioDifference } = change;
  const errors =
    errorRatioCi95[0] > 0 || errorRatioCi95[1] < 0
      ? `, errors ${errorRatioDifference > 0 ? '+' : '−'}${formatPercent(Math.abs(errorRatioDifference))}`
      : '';
  return words[directionOf(change)] + errors;
}

function quantity(value: number, unit: string | null): string {
  if (unit === 'ms') return formatMs(value);
  if (unit === 'ratio') return formatPercent(value);
  return unit === null || unit === 'count' ? formatCount(value) : `${formatCount(value)} ${unit}`;
}

function signed(ms: number): string {
  return ms === 0 ? formatMs(0) : `${ms > 0 ? '+' : '−'}${formatMs(Math.abs(ms))}`;
}
