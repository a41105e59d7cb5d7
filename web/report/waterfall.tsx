import { useState } from 'react';
import {
  criticalTimeNs,
  latencyClock,
  waterfallOf,
  type RequestTrace,
  type Span,
  type WaterfallRow,
} from '../../simulator/index.ts';
import { formatClock, formatMs, formatPercent } from '../ui/index.ts';
import { timeLabels } from './time-chart.tsx';

const NS_PER_MS = 1e6;
const formatNs = (ns: number): string => formatMs(ns / NS_PER_MS);
/** Components named beside the request's latency. */
const namedComponents = 3;

/** The way of one request of a flow, chosen by percentile: a line a call, along the time that it took. */
export function Waterfall({
  traces,
  flow,
  onNode,
}: {
  readonly traces: readonly RequestTrace[];
  readonly flow: string;
  /** A line was chosen: the node that it is about. */
  readonly onNode: (node: string) => void;
}) {
  const [chosen, choose] = useState('p99');
  const ofFlow = traces.filter((trace) => trace.flow === flow);
  const trace = ofFlow.find(({ chosenFor }) => chosenFor === chosen) ?? ofFlow[0];
  if (trace === undefined)
    return <p className="report__none">No request of this flow ended that could be shown.</p>;
  return (
    <div className="waterfall">
      <div className="report__bar">
        <div className="segments" role="group" aria-label="Which request">
          {ofFlow.map(({ chosenFor }) => (
            <button
              key={chosenFor}
              type="button"
              aria-pressed={chosenFor === trace.chosenFor}
              onClick={() => choose(chosenFor)}
            >
              {chosenFor}
            </button>
          ))}
        </div>
        <p className="waterfall__words">{wordsOf(trace)}</p>
      </div>
      <Legend trace={trace} />
      <Lines trace={trace} onNode={onNode} />
    </div>
  );
}

/** What the request took, and where most of that went. */
function wordsOf(trace: RequestTrace): string {
  const { chosenFor, figureMs, latencyNs, startedAtSeconds } = trace;
  const took = `this request took ${formatNs(latencyNs)}, from ${formatClock(startedAtSeconds)} on`;
  const stands =
    figureMs === null ? `One that failed: ${took}` : `${chosenFor} is ${formatMs(figureMs)}; ${took}`;
  const shares = [...criticalTimeNs(trace)]
    .map(([component, times]) => ({ component, ns: [...times.values()].reduce((sum, ns) => sum + ns, 0) }))
    .sort((a, b) => b.ns - a.ns)
    .slice(0, namedComponents)
    .filter(({ ns }) => ns > 0)
    .map(({ component, ns }) => `${component} ${formatPercent(ns / latencyNs)}`);
  return shares.length === 0 ? `${stands}.` : `${stands}: ${shares.join(', ')}.`;
}

function Legend({ trace }: { readonly trace: RequestTrace }) {
  const used = new Set(trace.spans.map(({ category }) => category));
  return (
    <ul className="legend" aria-hidden="true">
      {timeLabels
        .filter(({ key }) => used.has(key))
        .map(({ key, label }) => (
          <li key={key}>
            <span style={{ background: `var(--time-${key})` }} />
            {label}
          </li>
        ))}
      <li>
        <span className="waterfall__call" />
        in calls below
      </li>
      <li>
        <span className="waterfall__aside" />
        not on the critical path
      </li>
    </ul>
  );
}

function Lines({ trace, onNode }: { readonly trace: RequestTrace; readonly onNode: (node: string) => void }) {
  const clock = latencyClock(trace);
  const shareOf = (ns: number): number => (100 * clock(ns)) / Math.max(1, trace.latencyNs);
  return (
    <table className="waterfall__lines" aria-label={`Waterfall of ${trace.flow} ${trace.chosenFor}`}>
      <thead>
        <tr>
          <th scope="col">Call</th>
          <th scope="col">Took</th>
          <th scope="col">
            <Axis latencyNs={trace.latencyNs} />
          </th>
        </tr>
      </thead>
      <tbody>
        {waterfallOf(trace).map((row, index) => (
          <tr key={index} data-critical={row.span.critical || undefined}>
            <th scope="row" style={{ paddingLeft: row.depth * 14 }}>
              <button type="button" title={describe(row)} onClick={() => onNode(row.span.component)}>
                {row.span.branch !== null && <span className="waterfall__branch">{row.span.branch + 1}</span>}
                <b>{row.span.component}</b> {row.span.call}
                {row.span.outcome !== null && <em>{row.span.outcome}</em>}
                {row.span.unlisted > 0 && <small>+{row.span.unlisted} branches</small>}
              </button>
            </th>
            <td>{formatNs(row.span.toNs - row.span.fromNs)}</td>
            <td>
              <Track row={row} shareOf={shareOf} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Start, middle and end of the request. */
function Axis({ latencyNs }: { readonly latencyNs: number }) {
  return (
    <span className="waterfall__axis">
      <span>0</span>
      <span>{formatNs(latencyNs / 2)}</span>
      <span>{formatNs(latencyNs)}</span>
    </span>
  );
}

function Track({
  row: { span, own },
  shareOf,
}: {
  readonly row: WaterfallRow;
  readonly shareOf: (ns: number) => number;
}) {
  const place = ({ fromNs, toNs }: Span) => {
    const left = shareOf(fromNs);
    return { left: `${left}%`, width: `${shareOf(toNs) - left}%` };
  };
  // Of a failed call all of its time counts, and none of its parts.
  const failed = span.critical && span.category !== null;
  return (
    <div className="waterfall__track">
      <i
        className={span.category === null ? 'waterfall__whole' : 'waterfall__whole waterfall__whole--failed'}
        data-aside={!span.critical || undefined}
        style={place(span)}
      />
      {own.map((part, index) => (
        <i
          key={index}
          data-aside={!(part.critical || failed) || undefined}
          title={`${part.component}: ${part.category} ${formatNs(part.toNs - part.fromNs)}`}
          style={{ ...place(part), background: `var(--time-${part.category})` }}
        />
      ))}
    </div>
  );
}

/** A line in words, for the pointer and for those who do not see the bars. */
function describe({ span, own }: WaterfallRow): string {
  const times = own.map(({ component, category, fromNs, toNs }) => {
    const where = component === span.component ? '' : ` (${component})`;
    return `${category}${where} ${formatNs(toNs - fromNs)}`;
  });
  const whole = `${formatNs(span.toNs - span.fromNs)} from ${formatNs(span.fromNs)} on`;
  const path = span.critical
    ? 'on the critical path'
    : span.apart
      ? 'counted apart'
      : 'not on the critical path';
  return [`${span.component} ${span.call ?? ''}: ${whole}, ${path}`, ...times].join('; ');
}
