import { memo } from 'react';
import { Handle, Position, type NodeProps } from '@xyflow/react';
import { findKind } from '../../scenarios/index.ts';
import { formatPerSecond, Icon } from '../ui/index.ts';
import { useRun } from '../run/index.ts';
import type { CardNode } from './flow-model.ts';
import { headlineOf } from './headline.ts';
import { KindIcon } from './kind-icon.tsx';
import { useWireDraft } from './wire-draft.ts';

/** A component: its kind and id, how it is doing, and one figure while it runs. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { kind, fault, flows } = data;
  const figures = useRun((state) => state.figures[id]);
  const judgement = useWireDraft((state) => state.judgements[id]);
  const definition = findKind(kind);
  const health = figures?.health;
  const requests = useRun((state) => (flows === null ? null : sumOf(state.offered, flows)));
  const headline =
    requests === null
      ? figures
        ? headlineOf(kind, figures.values)
        : null
      : { label: 'requests', text: formatPerSecond(requests) };
  const utilization = figures?.values.utilization ?? null;
  const level = fault !== null ? 'fault' : (health?.level ?? 'idle');
  const title = definition?.title ?? kind;
  const note = fault ?? health?.reason ?? null;
  return (
    <div
      className="card"
      data-level={level}
      data-layer={definition?.layer ?? 'generic'}
      data-selected={selected || undefined}
      data-wire={judgement && (judgement.ok ? 'allowed' : 'refused')}
    >
      <Handle type="target" position={Position.Left} className="card__handle" />
      <div className="card__head">
        <span className="card__icon">
          <KindIcon kind={kind} />
        </span>
        <span className="card__title">{title}</span>
      </div>
      <span className="card__id">{id}</span>
      {(headline || note !== null) && (
        <div className="card__foot">
          {note === null ? (
            <span className="card__label">{headline?.label}</span>
          ) : (
            <span className="card__reason" title={note}>
              {fault !== null && <Icon name="warning" size={12} />}
              {note}
            </span>
          )}
          {headline && fault === null && <span className="card__figure">{headline.text}</span>}
        </div>
      )}
      {utilization !== null && (
        <span className="card__meter" aria-hidden="true">
          <span style={{ transform: `scaleX(${Math.min(1, utilization)})` }} />
        </span>
      )}
      {judgement && <span className="card__judgement">{judgement.text}</span>}
      <Handle type="source" position={Position.Right} className="card__handle" />
    </div>
  );
});

/** A client makes requests instead of serving them: its figure is how many it makes. */
function sumOf(offered: Readonly<Record<string, number>>, flows: readonly string[]): number | null {
  const known = flows.filter((flow) => flow in offered);
  return known.length === 0 ? null : known.reduce((sum, flow) => sum + offered[flow]!, 0);
}
