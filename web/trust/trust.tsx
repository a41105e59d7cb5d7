import type { ReactNode } from 'react';
import recorded from '../../docs/verification.json' with { type: 'json' };
import {
  suiteFalseAlarm,
  type CoverageFindings,
  type DesignFindings,
  type Findings,
  type MutantFindings,
  type SuiteFindings,
} from '../../simulator/verification/index.ts';
import { formatCount, formatPercent } from '../ui/index.ts';
import './trust.css';

/** What `npm run verify` wrote down; docs/verification.md has its tables from the same file. */
const findings = recorded as unknown as Findings;

/** How far a result can be trusted: what the simulator was held against, and what came out. */
export function Trust() {
  const { suite, coverage, mutations, designs } = findings;
  return (
    <div className="trust">
      <p>
        Verification asks whether the program computes what the model says. Whether the model resembles a real
        system is another question, measured against real parts.
      </p>
      <Part title="Against theory" found={suite}>
        {(found) => <Suite suite={found} />}
      </Part>
      <Part title="How often its intervals hold" found={coverage}>
        {(found) => <Coverage coverage={found} />}
      </Part>
      <Part title="Faults put in on purpose" found={mutations}>
        {(found) => <Mutants mutants={found} />}
      </Part>
      <Part title="Designs that nobody would draw" found={designs}>
        {(found) => <Designs designs={found} />}
      </Part>
      <section>
        <h3>In every run</h3>
        <p>
          Requests are conserved in every flow, and at the end the books of every queue have to agree: the
          area under the number that waits is the sum of all waits, to the nanosecond. A run in which they do
          not ends with the seed that replays it, and has no result.
        </p>
      </section>
    </div>
  );
}

function Part<Found>({
  title,
  found,
  children,
}: {
  readonly title: string;
  readonly found: Found | null;
  readonly children: (found: Found) => ReactNode;
}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {found === null ? <p className="trust__none">Not recorded for this version yet.</p> : children(found)}
    </section>
  );
}

function Suite({ suite }: { readonly suite: SuiteFindings }) {
  const { cases, replications, confidence } = suite;
  const figures = cases.flatMap((item) => item.figures);
  const held = figures.filter(({ covered }) => covered).length;
  return (
    <>
      <p>
        {cases.length} queueing systems that have an exact answer. {held} of {figures.length} figures lie in
        their {100 * confidence} % interval of {replications} replications. A correct program leaves any of
        them with probability {formatPercent(suiteFalseAlarm(suite))} at most.
      </p>
      <table className="table trust__table" aria-label="Measured and exact figures">
        <thead>
          <tr>
            <th scope="col">System</th>
            <th scope="col" className="trust__text">
              Figure
            </th>
            <th scope="col">Exact</th>
            <th scope="col">Measured</th>
            <th scope="col">Interval</th>
          </tr>
        </thead>
        {cases.map(({ id, title, source, figures: ofCase }) => (
          <tbody key={id}>
            {ofCase.map(({ metric, exact, point, interval, covered }, i) => (
              <tr key={metric}>
                {i === 0 && (
                  <th scope="rowgroup" rowSpan={ofCase.length}>
                    {title}
                    <small>{source}</small>
                  </th>
                )}
                <td className="trust__text">{figureName(metric)}</td>
                <td>{formatCount(exact)}</td>
                <td data-bad={!covered || undefined}>{formatCount(point)}</td>
                <td className="table__quiet">
                  {formatCount(interval[0])} to {formatCount(interval[1])}
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </>
  );
}

function Coverage({ coverage }: { readonly coverage: CoverageFindings }) {
  const { figures, baseSeeds, leastCovered, falseAlarm } = coverage;
  return (
    <>
      <p>
        The same from {baseSeeds} base seeds, fixed before any result was seen. An honest 95 % interval holds
        the exact figure in 95 % of them. A correct program falls below {leastCovered} of {baseSeeds} in any
        of these {figures.length} figures with probability {formatPercent(falseAlarm * figures.length)} at
        most.
      </p>
      <table className="table trust__table" aria-label="How often intervals held">
        <thead>
          <tr>
            <th scope="col">System</th>
            <th scope="col" className="trust__text">
              Figure
            </th>
            <th scope="col">Exact</th>
            <th scope="col">Held</th>
            <th scope="col">Mean half-width</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ scenario, figure, exact, covered, baseSeeds: of, meanHalfWidth }) => (
            <tr key={`${scenario} ${figure}`}>
              <th scope="row">{scenario}</th>
              <td className="trust__text">{figure}</td>
              <td>{formatCount(exact)}</td>
              <td data-bad={covered < leastCovered || undefined}>
                {covered} of {of}
              </td>
              <td className="table__quiet">{formatCount(meanHalfWidth)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Mutants({ mutants }: { readonly mutants: readonly MutantFindings[] }) {
  return (
    <>
      <p>
        A suite that cannot fail proves nothing. {mutants.filter(({ failed }) => failed > 0).length} of{' '}
        {mutants.length} faults that were put into a copy of the engine were noticed.
      </p>
      <ul className="trust__list">
        {mutants.map(({ id, what, failed, of, first }) => (
          <li key={id}>
            {what}: {failed} of {of} tests fail
            {first !== null && <small>{first}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Designs({ designs }: { readonly designs: DesignFindings }) {
  const { tried, ran, events, wrong } = designs;
  return (
    <p>
      {formatCount(tried)} generated designs were tried; {formatCount(ran)} ran, with {formatCount(events)}{' '}
      events, and the rest were refused with a reason. Crashes, hangs, figures that are no numbers and broken
      invariants: {wrong.length}.
    </p>
  );
}

/** "flows.work.latencyMs.p99" -> "work p99, ms". */
function figureName(metric: string): string {
  const parts = metric.split('.').slice(1);
  const last = parts.at(-1)!;
  return parts[1] === 'latencyMs' || parts[1] === 'waitMs'
    ? `${parts[0]} ${parts[1] === 'waitMs' ? 'wait ' : ''}${last}, ms`
    : parts.join(' ');
}
