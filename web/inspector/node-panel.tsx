import { findKind } from '../../scenarios/index.ts';
import { judge, KindIcon, placeWire } from '../canvas/index.ts';
import {
  edgeId,
  edit,
  removeElements,
  select,
  setNodeConfig,
  useDocument,
  useProblems,
  type DraftNode,
} from '../document/index.ts';
import { SchemaForm } from '../form/index.ts';
import { useRun } from '../run/index.ts';
import { figureLabel, formatByName, Icon, IconButton, Markdown } from '../ui/index.ts';
import { useShortForm } from './use-short-form.ts';

const nothing: readonly never[] = [];

/** A component: what it is, its figures, its wires, and every setting of its kind. */
export function NodePanel({ node }: { readonly node: DraftNode }) {
  const definition = findKind(node.kind);
  const problems = useProblems((state) => state.nodes.get(node.id)) ?? nothing;
  const short = useShortForm(node.id);
  if (!definition) return <p>This version does not know the kind “{node.kind}”.</p>;
  return (
    <>
      <header className="panel__head">
        <span className="panel__icon">
          <KindIcon kind={node.kind} size={18} />
        </span>
        <div className="panel__name">
          <h2>{definition.title}</h2>
          <p>{node.id}</p>
        </div>
        <IconButton
          label={`Delete ${node.id}`}
          keys="Delete"
          icon={<Icon name="trash" />}
          onClick={() => edit((draft) => removeElements(draft, new Set([node.id]), new Set()))}
        />
      </header>
      <p className="panel__summary">{definition.summary}</p>
      <Figures id={node.id} />
      <Wires node={node} />
      <section className="panel__section">
        <h3>Settings</h3>
        <SchemaForm
          schema={definition.config}
          value={node.config}
          problems={problems}
          short={short}
          onChange={(config) => edit((draft) => setNodeConfig(draft, node.id, config))}
        />
      </section>
      <details className="panel__section panel__help">
        <summary>How it behaves</summary>
        <Markdown text={definition.help} />
      </details>
    </>
  );
}

/** Every figure of the component's latest row. */
function Figures({ id }: { readonly id: string }) {
  const figures = useRun((state) => state.figures[id]);
  if (!figures) return null;
  const shown = Object.entries(figures.values).filter(([, value]) => value !== null);
  return (
    <section className="panel__section" aria-label="Figures now">
      {figures.health.reason !== null && (
        <p className={`panel__health panel__health--${figures.health.level}`}>{figures.health.reason}</p>
      )}
      <dl className="figures">
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{figureLabel(name)}</dt>
            <dd>{formatByName(name, value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The wires of a node, and a way to draw one without a pointer. */
function Wires({ node }: { readonly node: DraftNode }) {
  const { nodes, edges } = useDocument((state) => state.draft.design);
  const own = edges.filter((edge) => edge.source === node.id || edge.target === node.id);
  const free = nodes.filter(
    (other) =>
      other.id !== node.id && !own.some((edge) => edge.source === node.id && edge.target === other.id),
  );
  const judged = free.map((other) => ({ id: other.id, judgement: judge(node.kind, other.kind) }));
  return (
    <section className="panel__section">
      <h3>Wires</h3>
      <ul className="wires">
        {own.map((edge) => {
          const id = edgeId(edge);
          const out = edge.source === node.id;
          return (
            <li key={id} className="wires__row">
              <button type="button" className="wires__open" onClick={() => select({ edges: [id] })}>
                <span className="wires__way">{out ? 'to' : 'from'}</span> {out ? edge.target : edge.source}
              </button>
              <IconButton
                size="small"
                label={`Delete the wire ${id}`}
                icon={<Icon name="close" size={12} />}
                onClick={() => edit((draft) => removeElements(draft, new Set(), new Set([id])))}
              />
            </li>
          );
        })}
      </ul>
      <select
        className="select select--wide"
        aria-label={`Wire ${node.id} to`}
        value=""
        onChange={(event) => placeWire(node.id, event.target.value)}
      >
        <option value="">Wire to …</option>
        {judged.map(({ id, judgement }) => (
          <option key={id} value={id} disabled={!judgement.ok} title={judgement.text}>
            {id} {judgement.ok ? `(${judgement.text})` : '(not possible)'}
          </option>
        ))}
      </select>
    </section>
  );
}
