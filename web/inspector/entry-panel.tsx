import { timelineEntry } from '../../scenarios/index.ts';
import {
  edit,
  removeEntry,
  select,
  setEntry,
  useDocument,
  useProblems,
  type DraftEntry,
} from '../document/index.ts';
import { SchemaForm } from '../form/index.ts';
import { Icon, IconButton, InlineCode } from '../ui/index.ts';
import { entryKinds } from './entry-kinds.ts';
import { useShortForm } from './use-short-form.ts';

const nothing: readonly never[] = [];

/** An event of the timeline. */
export function EntryPanel({ entry }: { readonly entry: DraftEntry }) {
  const problems = useProblems((state) => state.entries.get(entry.id)) ?? nothing;
  const nodes = useDocument((state) => state.draft.design.nodes);
  const short = useShortForm(`timeline.${entry.id}`);
  const kind = entryKinds().find((candidate) => candidate.value === entry.kind);
  const hasTarget = kind?.members.some((member) => member.name === 'target') ?? false;
  const change = (next: DraftEntry): void => {
    edit((draft) => setEntry(draft, entry.id, next));
    if (next.id !== entry.id) select({ entry: next.id });
  };
  return (
    <>
      <header className="panel__head">
        <div className="panel__name">
          <h2>{kind?.title ?? entry.kind}</h2>
          <p>{entry.id}</p>
        </div>
        <IconButton
          label={`Delete the event ${entry.id}`}
          icon={<Icon name="trash" />}
          onClick={() => {
            edit((draft) => removeEntry(draft, entry.id));
            select({});
          }}
        />
      </header>
      <section className="panel__section">
        {hasTarget && (
          <label className="panel__row">
            <span>Target</span>
            <select
              className="select"
              value={String(entry.target ?? '')}
              onChange={(event) => change({ ...entry, target: event.target.value })}
            >
              <option value="">choose</option>
              {nodes.map((node) => (
                <option key={node.id}>{node.id}</option>
              ))}
            </select>
          </label>
        )}
        <SchemaForm
          schema={timelineEntry}
          value={entry}
          problems={problems}
          short={short}
          without={['target']}
          onChange={(next) => change(next as DraftEntry)}
        />
        {problems
          .filter((placed) => placed.path === 'target')
          .map(({ problem }, index) => (
            <p key={index} className="fault" role="alert">
              <InlineCode text={`${problem.message} ${problem.fix}`} />
            </p>
          ))}
      </section>
    </>
  );
}
