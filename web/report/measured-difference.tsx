import { useEffect, useRef, useState } from 'react';
import type { Comparison, Difference } from '../../simulator/index.ts';
import { measureDifference, pairs, type FinishedRun } from '../run/index.ts';
import { Button, formatMs, formatPercent, formatSeconds } from '../ui/index.ts';

type State =
  | { readonly stage: 'idle' }
  | { readonly stage: 'running'; readonly done: number }
  | { readonly stage: 'failed'; readonly message: string }
  | { readonly stage: 'measured'; readonly comparison: Comparison };

/** Figures that are shown, and how a difference of theirs reads. */
const figures = [
  { name: 'latencyMs.mean', title: 'mean', text: formatMs },
  { name: 'latencyMs.p99', title: 'p99', text: formatMs },
  { name: 'errorRatio', title: 'errors', text: formatPercent },
] as const;

/**
 * By how much a change helped, with an interval: two runs differ by chance as well, pairs of runs with the
 * same seeds tell the difference from it.
 */
export function MeasuredDifference({
  run,
  previous,
  flows,
}: {
  readonly run: FinishedRun;
  readonly previous: FinishedRun;
  readonly flows: readonly string[];
}) {
  const [state, setState] = useState<State>({ stage: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const measure = async (): Promise<void> => {
    const controller = new AbortController();
    abort.current = controller;
    setState({ stage: 'running', done: 0 });
    try {
      const comparison = await measureDifference(run, previous, {
        signal: controller.signal,
        onProgress: (done) => setState({ stage: 'running', done }),
      });
      setState({ stage: 'measured', comparison });
    } catch (error) {
      if (controller.signal.aborted) setState({ stage: 'idle' });
      else setState({ stage: 'failed', message: String(error) });
    }
  };
  const seconds = pairs * (run.result.wallSeconds + previous.result.wallSeconds);

  return (
    <section className="difference" aria-label="Measured difference">
      <div className="report__bar">
        <h3>By how much, and how sure</h3>
        {state.stage === 'running' ? (
          <>
            <progress value={state.done} max={2 * pairs} aria-label="Runs done" />
            <Button size="small" onClick={() => abort.current?.abort()}>
              Cancel
            </Button>
          </>
        ) : (
          <Button size="small" onClick={() => void measure()}>
            Measure the difference
          </Button>
        )}
        <span className="report__hint">
          {pairs} pairs of runs with the same seeds, {formatSeconds(seconds)} of computing
        </span>
      </div>
      {state.stage === 'failed' && <p data-bad>{state.message}</p>}
      {state.stage === 'measured' && <DifferenceTable comparison={state.comparison} flows={flows} />}
    </section>
  );
}

function DifferenceTable({
  comparison,
  flows,
}: {
  readonly comparison: Comparison;
  readonly flows: readonly string[];
}) {
  const rows = flows.flatMap((flow) =>
    figures.flatMap(({ name, title, text }) => {
      const difference = comparison.figures[`flows.${flow}.${name}`];
      if (difference === undefined || (difference.value === 0 && difference.against === 0)) return [];
      return [{ flow, title, text, difference }];
    }),
  );
  return (
    <table className="table" aria-label="Measured difference">
      <thead>
        <tr>
          <th scope="col">Flow</th>
          <th scope="col">Figure</th>
          <th scope="col">Run before</th>
          <th scope="col">This run</th>
          <th scope="col">Difference</th>
          <th scope="col">95 % interval</th>
          <th scope="col" />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ flow, title, text, difference }) => (
          <tr key={`${flow} ${title}`}>
            <th scope="row">{flow}</th>
            <td>{title}</td>
            <td className="table__quiet">{text(difference.against)}</td>
            <td>{text(difference.value)}</td>
            <td className="table__strong">{signed(difference.difference, text)}</td>
            <td className="table__quiet">
              {signed(difference.ci95[0], text)} to {signed(difference.ci95[1], text)}
            </td>
            <td data-bad={difference.ci95[0] > 0 || undefined}>{verdictOf(difference)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function signed(value: number, text: (size: number) => string): string {
  return value === 0 ? text(0) : `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`;
}

/** Of figures of which less is better. */
function verdictOf({ ci95: [low, high] }: Difference): string {
  if (low > 0) return 'worse';
  return high < 0 ? 'better' : 'no difference shown';
}
