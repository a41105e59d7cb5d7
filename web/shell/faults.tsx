import type { Problem } from '../../scenarios/index.ts';
import { edit, removeExpectations, useDocument, useProblems } from '../document/index.ts';
import { useRun } from '../run/index.ts';
import { Button, InlineCode } from '../ui/index.ts';

const mostShown = 4;

/** What keeps the scenario from running and belongs to no card or wire. */
export function Faults() {
  const members = useProblems((state) => state.members);
  const refused = useRun((state) => state.problems);
  const fault = useRun((state) => state.fault);
  const expectations = useDocument((state) => state.draft.expectations);
  const general = [...members.values()].flat().map((placed) => placed.problem);
  const texts = new Set(
    [...general, ...refused]
      .filter((problem) => problem.severity === 'error')
      .map((problem) => `${problem.message} ${problem.fix}`),
  );
  const outdated = expectationsAt(general, expectations);
  if (texts.size === 0 && fault === null) return null;
  return (
    <div className="stage__faults" role="alert">
      {fault !== null && <p>The simulator broke: {fault}</p>}
      {[...texts].slice(0, mostShown).map((text) => (
        <p key={text}>
          <InlineCode text={text} />
        </p>
      ))}
      {outdated.size > 0 && (
        <Button size="small" onClick={() => edit((draft) => removeExpectations(draft, outdated))}>
          {outdated.size === 1 ? 'Drop this expectation' : `Drop these ${outdated.size} expectations`}
        </Button>
      )}
    </div>
  );
}

/** Expectations that the design has outgrown: there is no form for them, so they can be dropped. */
function expectationsAt(
  problems: readonly Problem[],
  expectations: readonly { readonly [key: string]: unknown }[],
): ReadonlySet<string> {
  const ids = problems.flatMap(({ path }) => {
    const index = /^expectations\[(\d+)\]/.exec(path)?.[1];
    const expectation = index === undefined ? undefined : expectations[Number(index)];
    return expectation ? [String(expectation.id)] : [];
  });
  return new Set(ids);
}
