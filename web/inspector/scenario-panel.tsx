import { population, run } from '../../scenarios/index.ts';
import { edit, setMember, useDocument, useProblems } from '../document/index.ts';
import { SchemaForm, TextInput } from '../form/index.ts';
import { Markdown } from '../ui/index.ts';
import { useShortForm } from './use-short-form.ts';

const nothing: readonly never[] = [];

/** What is true of the whole scenario: its words, its length, its people. */
export function ScenarioPanel() {
  const draft = useDocument((state) => state.draft);
  const members = useProblems((state) => state.members);
  const shortRun = useShortForm('run');
  const shortPopulation = useShortForm('population');
  return (
    <>
      <header className="panel__head">
        <div className="panel__name">
          <h2>{draft.title}</h2>
          <p>{draft.id}</p>
        </div>
      </header>
      <div className="panel__summary">
        <Markdown text={draft.description} />
      </div>
      <details className="panel__section panel__help panel__words">
        <summary>Edit the words</summary>
        <label>
          <span>Title</span>
          <TextInput
            value={draft.title}
            onChange={(title) => edit((old) => setMember(old, 'title', title))}
          />
        </label>
        <label>
          <span>Description (Markdown)</span>
          <TextInput
            multiline
            value={draft.description}
            onChange={(text) => edit((old) => setMember(old, 'description', text))}
          />
        </label>
      </details>
      <section className="panel__section">
        <h3>Run</h3>
        <SchemaForm
          schema={run}
          value={draft.run}
          problems={members.get('run') ?? nothing}
          short={shortRun}
          onChange={(value) => edit((old) => setMember(old, 'run', value))}
        />
      </section>
      <section className="panel__section">
        <h3>Population</h3>
        <SchemaForm
          schema={population}
          value={draft.population}
          problems={members.get('population') ?? nothing}
          short={shortPopulation}
          onChange={(value) => edit((old) => setMember(old, 'population', value))}
        />
      </section>
    </>
  );
}
