import { edgeId, focusOf, select, useDocument, useSelection } from '../document/index.ts';
import { Icon, IconButton } from '../ui/index.ts';
import { EdgePanel } from './edge-panel.tsx';
import { EntryPanel } from './entry-panel.tsx';
import { NodePanel } from './node-panel.tsx';
import { ScenarioPanel } from './scenario-panel.tsx';
import './inspector.css';

/** Settings of the one thing that is selected; of the scenario, when asked for; otherwise nothing. */
export function Inspector({
  scenarioShown,
  onClose,
}: {
  readonly scenarioShown: boolean;
  readonly onClose: () => void;
}) {
  const focus = focusOf(useSelection());
  const draft = useDocument((state) => state.draft);
  const node = focus?.type === 'node' ? draft.design.nodes.find(({ id }) => id === focus.id) : undefined;
  const edge =
    focus?.type === 'edge' ? draft.design.edges.find((item) => edgeId(item) === focus.id) : undefined;
  const entry = focus?.type === 'entry' ? draft.timeline.find(({ id }) => id === focus.id) : undefined;
  if (!node && !edge && !entry && !scenarioShown) return null;
  return (
    <aside className="panel" aria-label="Settings">
      <div className="panel__close">
        <IconButton
          size="small"
          label="Close settings"
          icon={<Icon name="close" size={14} />}
          onClick={() => {
            select({});
            onClose();
          }}
        />
      </div>
      <div className="panel__body" key={focus?.id ?? 'scenario'}>
        {node && <NodePanel node={node} />}
        {edge && <EdgePanel edge={edge} />}
        {entry && <EntryPanel entry={entry} />}
        {!node && !edge && !entry && <ScenarioPanel />}
      </div>
    </aside>
  );
}
