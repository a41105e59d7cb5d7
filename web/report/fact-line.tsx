import type { ReactNode } from 'react';
import { formatClock, Icon } from '../ui/index.ts';
import type { Fact } from './facts.ts';
import { partsOf } from './fact-parts.ts';

const factIcons = { good: 'check', warn: 'warning', bad: 'warning', note: 'right' } as const;

interface FactLineProps {
  readonly fact: Fact;
  /** Ids of nodes; where a fact names one, a click leads there. */
  readonly nodes: readonly string[];
  readonly onNode: (id: string) => void;
}

/** One thing that a run showed; what followed from it stands below, step by step. */
export function FactLine({ fact, nodes, onNode }: FactLineProps) {
  const [first, ...steps] = fact.text.split(' -> ');
  const linked = (text: string): ReactNode =>
    partsOf(text, nodes).map(({ text: part, node }, i) =>
      node === null ? (
        part
      ) : (
        <button key={i} type="button" className="facts__node" onClick={() => onNode(node)}>
          {part}
        </button>
      ),
    );
  return (
    <li className={`facts__item facts__item--${fact.level}`}>
      <Icon name={factIcons[fact.level]} size={14} />
      <div>
        <p>
          {fact.atSeconds !== null && <span className="facts__at">{formatClock(fact.atSeconds)}</span>}
          {linked(first!)}
        </p>
        {steps.length > 0 && (
          <ol className="facts__chain" aria-label="What followed">
            {steps.map((step, i) => (
              <li key={i}>{linked(step)}</li>
            ))}
          </ol>
        )}
      </div>
    </li>
  );
}
