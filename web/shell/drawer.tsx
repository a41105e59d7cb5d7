import { lazy, Suspense, useRef } from 'react';
import { edit, focusOf, mainFlowsFirst, select, useDocument, useSelection } from '../document/index.ts';
import { LiveCharts, useRun } from '../run/index.ts';
import { Icon, IconButton } from '../ui/index.ts';
import { exportResult, run } from './actions.ts';
import { experimentsOf } from './experiments.ts';
import { useLayout, type DrawerView } from './layout.ts';
import { TimelineBar } from './timeline-bar.tsx';

/** Its charts are half of the page's size, and nobody needs them before a run has ended. */
const Report = lazy(() => import('../report/index.ts').then(({ Report: report }) => ({ default: report })));

const leastHeight = 150;
const views: readonly { readonly view: DrawerView; readonly label: string }[] = [
  { view: 'charts', label: 'Charts' },
  { view: 'report', label: 'Report' },
];

/** Below the drawing: the timeline always, charts while it runs, the report when it has ended. */
export function Drawer() {
  const view = useLayout((state) => state.drawer);
  const given = useLayout((state) => state.drawerHeight);
  const status = useRun((state) => state.status);
  const hasRun = status !== 'idle';
  const finished = useRun((state) => state.finished);
  const previous = useRun((state) => state.previous);
  const draft = useDocument((state) => state.draft);
  const body = useRef<HTMLDivElement>(null);
  const height = given ?? (view === 'report' ? 'min(58vh, 620px)' : '216px');
  // The style sheet says how much at most.
  const resize = (pixels: number): void =>
    useLayout.setState({ drawerHeight: Math.max(leastHeight, pixels) });
  return (
    <footer className="drawer">
      <p className="visually-hidden" role="status">
        {status === 'finished' ? 'The run has ended. The report says what happened.' : ''}
      </p>
      {view !== null && (
        <div
          className="drawer__grip"
          role="separator"
          aria-orientation="horizontal"
          aria-label="Height of the lower part"
          aria-valuenow={body.current?.offsetHeight ?? leastHeight}
          tabIndex={0}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => {
            if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
            const bottom = body.current?.getBoundingClientRect().bottom ?? window.innerHeight;
            resize(bottom - event.clientY - 44);
          }}
          onKeyDown={(event) => {
            const now = body.current?.offsetHeight ?? leastHeight;
            if (event.key === 'ArrowUp') resize(now + 24);
            if (event.key === 'ArrowDown') resize(now - 24);
          }}
        />
      )}
      <div className="drawer__head">
        <TimelineBar />
        {hasRun && (
          <div className="drawer__tabs">
            <FlowChoice />
            <div className="segments" role="group" aria-label="Lower part">
              {views.map(({ view: name, label }) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={view === name}
                  disabled={name === 'report' && finished === null}
                  onClick={() => useLayout.setState({ drawer: name, drawerHeight: null })}
                >
                  {label}
                </button>
              ))}
            </div>
            <IconButton
              size="small"
              label={view === null ? 'Open the lower part' : 'Close the lower part'}
              icon={<Icon name={view === null ? 'up' : 'down'} />}
              onClick={() =>
                useLayout.setState({ drawer: view === null ? (finished ? 'report' : 'charts') : null })
              }
            />
          </div>
        )}
      </div>
      {view !== null && (
        <div className="drawer__body" ref={body} style={{ height }}>
          {view === 'charts' && <Charts />}
          {view === 'report' && finished && (
            <Suspense>
              <Report
                run={finished}
                previous={previous}
                flows={mainFlowsFirst(draft, Object.keys(finished.result.flows))}
                offers={experimentsOf(draft, finished.result).map(({ label, question, apply }) => ({
                  label,
                  question,
                  accept: () => {
                    edit(apply);
                    void run();
                  },
                }))}
                onExport={exportResult}
                onNode={(node) => select({ nodes: [node] })}
                onTrust={() => useLayout.setState({ dialog: { kind: 'trust' } })}
              />
            </Suspense>
          )}
        </div>
      )}
    </footer>
  );
}

function Charts() {
  const { flow } = useFlow();
  const focus = focusOf(useSelection());
  const expectations = useDocument((state) => state.draft.expectations);
  const objectivesMs = expectations.flatMap(({ metric, atMost }) =>
    typeof atMost === 'number' && typeof metric === 'string' && metric.startsWith(`flows.${flow}.latencyMs.p`)
      ? [atMost]
      : [],
  );
  return (
    <LiveCharts
      flow={flow}
      component={focus?.type === 'node' ? focus.id : null}
      objectivesMs={objectivesMs}
    />
  );
}

function FlowChoice() {
  const view = useLayout((state) => state.drawer);
  const { flow, flows } = useFlow();
  if (view !== 'charts' || flows.length < 2) return null;
  return (
    <select
      className="select drawer__flow"
      aria-label="Flow of the charts"
      value={flow ?? ''}
      onChange={(event) => useLayout.setState({ flow: event.target.value })}
    >
      {flows.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

/** Flows of the run, main ones first, and the one that is looked at: the chosen one or the first. */
function useFlow(): { readonly flow: string | null; readonly flows: readonly string[] } {
  const chosen = useLayout((state) => state.flow);
  const draft = useDocument((state) => state.draft);
  const known = useRun((state) => state.flows);
  const flows = mainFlowsFirst(draft, known);
  return { flow: chosen !== null && flows.includes(chosen) ? chosen : (flows[0] ?? null), flows };
}
