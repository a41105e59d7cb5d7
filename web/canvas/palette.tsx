import { useEffect, useRef, useState } from 'react';
import { kinds, type KindDefinition } from '../../scenarios/index.ts';
import { layers } from '../document/index.ts';
import { Icon, IconButton } from '../ui/index.ts';
import { placeNode } from './building.ts';
import { KindIcon } from './kind-icon.tsx';
import { useView } from './view.ts';

/** Type of what is dragged from the palette: the name of a kind. */
export const kindDragType = 'application/x-fanout-lab-kind';

const groups = [...layers, 'generic'] as const;
const groupNames: Readonly<Record<(typeof groups)[number], string>> = {
  traffic: 'Traffic',
  services: 'Services',
  stores: 'Stores',
  pipeline: 'Pipeline',
  delivery: 'Delivery',
  generic: 'Generic',
};

/** Every kind of component: drag one to the drawing, or pick it with the keyboard. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const box = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => search.current?.focus(), []);

  const found = Object.values(kinds).filter((kind) => matches(kind, query));
  const place = (kind: string): void => placeNode(kind, useView.getState().centre());
  return (
    <aside
      className="palette"
      aria-label="Components"
      ref={box}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        const items = [...(box.current?.querySelectorAll<HTMLButtonElement>('.palette__kind') ?? [])];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        const next = at + (event.key === 'ArrowDown' ? 1 : -1);
        if (next < 0) search.current?.focus();
        else items[Math.min(next, items.length - 1)]?.focus();
      }}
    >
      <div className="palette__head">
        <Icon name="search" size={14} />
        <input
          ref={search}
          className="palette__search"
          placeholder="Add a component"
          aria-label="Find a component"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const best = found.find((kind) => isCalled(kind, query)) ?? found[0];
            if (event.key === 'Enter' && best) {
              place(best.kind);
              onClose();
            }
          }}
        />
        <IconButton
          size="small"
          label="Close"
          keys="Esc"
          icon={<Icon name="close" size={12} />}
          onClick={onClose}
        />
      </div>
      <div className="palette__list">
        {groups.map((group) => {
          const members = found.filter((kind) => kind.layer === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={groupNames[group]}>
              <h3 className="palette__group">{groupNames[group]}</h3>
              {members.map((kind) => (
                <button
                  key={kind.kind}
                  type="button"
                  className="palette__kind"
                  draggable
                  title={kind.summary}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(kindDragType, kind.kind);
                    event.dataTransfer.effectAllowed = 'copy';
                  }}
                  onClick={() => place(kind.kind)}
                >
                  <KindIcon kind={kind.kind} />
                  {kind.title}
                </button>
              ))}
            </section>
          );
        })}
        {found.length === 0 && <p className="palette__none">No component is called that.</p>}
      </div>
    </aside>
  );
}

function isCalled({ kind, title }: KindDefinition, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return kind.toLowerCase() === wanted || title.toLowerCase() === wanted;
}

function matches(kind: KindDefinition, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return [kind.kind, kind.title, kind.layer].some((text) => text.toLowerCase().includes(wanted));
}
