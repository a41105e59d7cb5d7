import { useEffect, useMemo, useRef, useState } from 'react';
import type { Sensitivity } from '../../simulator/index.ts';
import { mostRuns, type Progress } from '../../simulator/sensitivity/index.ts';
import { findSensitivity, pairs, planOf, workersAtATime, type FinishedRun } from '../run/index.ts';
import { Button, formatSeconds } from '../ui/index.ts';
import { SensitivityChart } from './sensitivity-chart.tsx';

type State =
  | { readonly stage: 'idle' }
  | { readonly stage: 'running'; readonly progress: Progress | null }
  | { readonly stage: 'failed'; readonly message: string }
  | { readonly stage: 'found'; readonly sensitivity: Sensitivity };

/**
 * Which single change would move the p99 of a flow most: one parameter at a time, by pairs of runs with the same
 * seeds. What the run has shown decides which are worth a try.
 */
export function WhatWouldHelp({
  run,
  flows,
}: {
  readonly run: FinishedRun;
  readonly flows: readonly string[];
}) {
  const [state, setState] = useState<State>({ stage: 'idle' });
  const [chosen, setChosen] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const known = flows.filter((flow) => (run.result.flows[flow]?.latencyMs.p99 ?? null) !== null);
  const flow = chosen !== null && known.includes(chosen) ? chosen : (known[0] ?? null);
  const plan = useMemo(() => (flow === null ? null : planOf(run, run.result, flow)), [run, flow]);
  if (plan === null) return null;

  const find = async (): Promise<void> => {
    const controller = new AbortController();
    abort.current = controller;
    setState({ stage: 'running', progress: null });
    try {
      const sensitivity = await findSensitivity(run, plan, {
        signal: controller.signal,
        onProgress: (progress) => setState({ stage: 'running', progress }),
      });
      setState({ stage: 'found', sensitivity });
    } catch (error) {
      if (controller.signal.aborted) setState({ stage: 'idle' });
      else setState({ stage: 'failed', message: String(error) });
    }
  };
  const runs = mostRuns(plan, pairs);
  const seconds = (runs * run.result.wallSeconds) / workersAtATime();

  return (
    <section className="help-most" aria-label="What would help most">
      <div className="report__bar">
        <h3>One change at a time</h3>
        {state.stage === 'running' ? (
          <>
            <Underway progress={state.progress} />
            <Button size="small" onClick={() => abort.current?.abort()}>
              Cancel
            </Button>
          </>
        ) : (
          <>
            <Button size="small" onClick={() => void find()}>
              What would help most?
            </Button>
            <select
              className="select"
              aria-label="Flow whose p99 is to fall"
              value={plan.flow}
              onChange={(event) => {
                setChosen(event.target.value);
                setState({ stage: 'idle' });
              }}
            >
              {known.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <span className="report__hint">
              {plan.changes.length} changes of {plan.parameters} parameters are worth a try: up to {runs}{' '}
              runs, about {formatSeconds(seconds)}
            </span>
          </>
        )}
      </div>
      {state.stage === 'failed' && <p data-bad>{state.message}</p>}
      {state.stage === 'found' && <SensitivityChart sensitivity={state.sensitivity} />}
    </section>
  );
}

const stages = { screening: 'every change once', measuring: 'the telling ones in pairs' } as const;

function Underway({ progress }: { readonly progress: Progress | null }) {
  if (progress === null) return <progress aria-label="Runs done" />;
  const { stage, done, of } = progress;
  return (
    <>
      <progress value={done} max={of} aria-label="Runs done" />
      <span className="report__hint" role="status">
        {done} of {of} runs, {stages[stage]}
      </span>
    </>
  );
}
