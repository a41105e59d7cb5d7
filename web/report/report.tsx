import { useState } from 'react';
import type { PhaseFigures, Result } from '../../simulator/index.ts';
import type { FinishedRun } from '../run/index.ts';
import { Button, formatCount, formatSeconds, Icon } from '../ui/index.ts';
import { ComponentTable } from './component-table.tsx';
import { MeasuredDifference } from './measured-difference.tsx';
import { FactLine } from './fact-line.tsx';
import { factsOf } from './facts.ts';
import { FlowTable } from './flow-table.tsx';
import { TimeChart } from './time-chart.tsx';
import { WhatWouldHelp } from './what-would-help.tsx';
import { Waterfall } from './waterfall.tsx';
import './report.css';

/** A change worth trying next. */
interface Offer {
  readonly label: string;
  readonly question: string;
  accept(): void;
}

/** What a run showed: in words first, then in tables, then where the time went. */
export function Report({
  run,
  previous,
  flows,
  offers,
  onExport,
  onNode,
  onTrust,
}: {
  readonly run: FinishedRun;
  readonly previous: FinishedRun | null;
  /** Flows in the order in which they matter. */
  readonly flows: readonly string[];
  readonly offers: readonly Offer[];
  readonly onExport: () => void;
  /** A line of the report is about this node. */
  readonly onNode: (node: string) => void;
  /** How far can this be trusted? */
  readonly onTrust: () => void;
}) {
  const { result } = run;
  const phases = phasesOf(result);
  const [chosenPhase, setPhase] = useState('whole');
  const phase = phases.some((known) => known.name === chosenPhase) ? chosenPhase : 'whole';
  const [compare, setCompare] = useState(true);
  const [chosenFlow, setFlow] = useState<string | null>(null);

  const window: Pick<PhaseFigures, 'flows' | 'components'> = result.phases[phase] ?? result;
  const against =
    compare && previous ? (phase === 'whole' ? previous.result : previous.result.phases[phase]) : undefined;
  const flow = chosenFlow !== null && flows.includes(chosenFlow) ? chosenFlow : (flows[0] ?? '');
  const figures = window.flows[flow];
  return (
    <div className="report" data-run={run.number}>
      <section className="report__words" aria-label="What happened">
        <h2>What happened</h2>
        <ol className="facts">
          {factsOf(result, flows).map((fact, index) => (
            <FactLine key={index} fact={fact} nodes={Object.keys(result.components)} onNode={onNode} />
          ))}
        </ol>
        {offers.length > 0 && (
          <div className="offers">
            <h3>Try next</h3>
            {offers.map((offer) => (
              <button key={offer.label} type="button" className="offer" onClick={offer.accept}>
                <span>
                  {offer.label}
                  <small>{offer.question}</small>
                </span>
                <Icon name="run" size={12} />
              </button>
            ))}
          </div>
        )}
        <Expectations result={result} text={run.text} />
        <dl className="report__run">
          <dt>Run</dt>
          <dd>{run.number}</dd>
          <dt>Simulated</dt>
          <dd>
            {formatSeconds(result.simulatedSeconds)}
            {run.form === 'short' ? ', short form' : ''}, seed {result.seed}
          </dd>
          <dt>Work</dt>
          <dd>
            {formatCount(result.events)} events in {formatSeconds(result.wallSeconds)}
          </dd>
          <dt>Digest</dt>
          <dd
            className="report__digest"
            data-digest={result.digest}
            title="Same scenario, seed and version: same digest"
          >
            {result.digest}
          </dd>
        </dl>
        <div className="report__actions">
          <Button size="small" onClick={onExport}>
            Save the result
          </Button>
          <Button size="small" look="quiet" onClick={onTrust}>
            How far can I trust this?
          </Button>
        </div>
      </section>
      <section className="report__figures" aria-label="Figures">
        {(phases.length > 1 || previous) && (
          <div className="report__bar">
            {phases.length > 1 && (
              <div className="segments" role="group" aria-label="Phase">
                {phases.map(({ name, label }) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={phase === name}
                    onClick={() => setPhase(name)}
                  >
                    {label}
                  </button>
                ))}
              </div>
            )}
            {previous && (
              <label className="report__compare">
                <input
                  type="checkbox"
                  checked={compare}
                  onChange={(event) => setCompare(event.target.checked)}
                />
                Compare with the run before
              </label>
            )}
          </div>
        )}
        <FlowTable order={flows} flows={window.flows} previous={against?.flows ?? null} />
        {compare && previous && (
          <MeasuredDifference
            key={`${run.number} ${previous.number}`}
            run={run}
            previous={previous}
            flows={flows}
          />
        )}
        <WhatWouldHelp key={run.number} run={run} flows={flows} />
        <div className="report__time">
          <div className="report__bar">
            <h3>Where the time went</h3>
            <select
              className="select"
              aria-label="Flow"
              value={flow}
              onChange={(event) => setFlow(event.target.value)}
            >
              {flows.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <span className="report__hint">mean of a successful request, by component</span>
          </div>
          {figures && <TimeChart figures={figures} previous={against?.flows[flow] ?? null} />}
        </div>
        {result.traces && (
          <section className="report__time" aria-label="One request">
            <div className="report__bar">
              <h3>One request</h3>
              <span className="report__hint">{flow}, call by call; a line leads to its node</span>
            </div>
            <Waterfall traces={result.traces} flow={flow} onNode={onNode} />
          </section>
        )}
        <h3 className="report__head">Components</h3>
        <ComponentTable components={window.components} previous={against?.components ?? null} />
      </section>
    </div>
  );
}

/** What the scenario expected of its run. */
function Expectations({ result, text }: { readonly result: Result; readonly text: string }) {
  if (result.expectations.length === 0) return null;
  const claims = claimsOf(text);
  return (
    <details className="expectations">
      <summary>
        {result.expectations.filter(({ status }) => status === 'pass').length} of {result.expectations.length}{' '}
        expectations hold
      </summary>
      <ul>
        {result.expectations.map(({ id, status, observed }) => (
          <li key={id} data-status={status}>
            <Icon name={status === 'pass' ? 'check' : 'close'} size={12} />
            <span>
              {claims.get(id) ?? id} <b>{observed === null ? 'no figure' : formatCount(observed)}</b>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function claimsOf(text: string): ReadonlyMap<string, string> {
  const file = JSON.parse(text) as {
    readonly expectations?: readonly { readonly id: string; readonly claim: string }[];
  };
  return new Map((file.expectations ?? []).map(({ id, claim }) => [id, claim]));
}

/** The whole run, then before, during and after each event, as far as they have a length. */
function phasesOf({ phases }: Result): readonly { readonly name: string; readonly label: string }[] {
  const events = Object.keys(phases).filter((name) => name.startsWith('during:')).length;
  const named = Object.entries(phases).flatMap(([name, { fromSeconds, toSeconds }]) => {
    if (toSeconds <= fromSeconds) return [];
    const [when = name, event] = name.split(':');
    return [{ name, label: event === undefined || events === 1 ? when : `${when} ${event}` }];
  });
  return [{ name: 'whole', label: 'whole run' }, ...named];
}
