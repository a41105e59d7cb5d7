import { edgeConfig, findKind } from '../../scenarios/index.ts';
import { judge } from '../canvas/index.ts';
import {
  edgeId,
  edit,
  removeElements,
  setEdgeConfig,
  useDocument,
  useProblems,
  type DraftEdge,
} from '../document/index.ts';
import { SchemaForm } from '../form/index.ts';
import { Icon, IconButton } from '../ui/index.ts';
import { useShortForm } from './use-short-form.ts';

const nothing: readonly never[] = [];

/** A wire: what travels over it, and how long, how often and how patiently it is tried. */
export function EdgePanel({ edge }: { readonly edge: DraftEdge }) {
  const id = edgeId(edge);
  const nodes = useDocument((state) => state.draft.design.nodes);
  const problems = useProblems((state) => state.edges.get(id)) ?? nothing;
  const short = useShortForm(id);
  const kindOf = (end: string): string => nodes.find((node) => node.id === end)?.kind ?? '';
  const [source, target] = [kindOf(edge.source), kindOf(edge.target)];
  const judgement = judge(source, target);
  const defaults = findKind(source)?.edgeDefaults?.[target];
  return (
    <>
      <header className="panel__head">
        <div className="panel__name">
          <h2>Wire</h2>
          <p>
            {edge.source} → {edge.target}
          </p>
        </div>
        <IconButton
          label={`Delete the wire ${id}`}
          keys="Delete"
          icon={<Icon name="trash" />}
          onClick={() => edit((draft) => removeElements(draft, new Set(), new Set([id])))}
        />
      </header>
      <p className="panel__summary">
        {edge.source} {judgement.text}.
      </p>
      {defaults && (
        <p className="panel__source">
          Between these two kinds: {defaults.latencyMs} ms one way,{' '}
          {defaults.timeoutMs === null ? 'no timeout' : `timeout ${defaults.timeoutMs} ms`}. {defaults.source}
        </p>
      )}
      <section className="panel__section">
        <h3>Settings</h3>
        <SchemaForm
          schema={edgeConfig}
          value={edge.config}
          problems={problems}
          short={short}
          onChange={(config) => edit((draft) => setEdgeConfig(draft, id, config))}
        />
      </section>
    </>
  );
}
