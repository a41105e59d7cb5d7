import type { z } from 'zod';
import type { JsonObject, PlacedProblem } from '../document/index.ts';
import { InlineCode } from '../ui/index.ts';
import { Members } from './field-editor.tsx';
import { choiceOf, fieldModel } from './field-model.ts';
import { nothingShort, ShortContext, type ShortForm } from './short-note.tsx';
import './form.css';

/** A form for a value of a schema that is an object, or a union of objects with a fixed choice. */
export function SchemaForm({
  schema,
  value,
  onChange,
  problems,
  without = [],
  short = nothingShort,
}: {
  readonly schema: z.ZodType;
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  readonly problems: readonly PlacedProblem[];
  /** Members that are edited elsewhere. */
  readonly without?: readonly string[];
  /** What the short form, while it is on, runs with in place of `value`. */
  readonly short?: ShortForm | undefined;
}) {
  const model = fieldModel(schema);
  const members =
    model.type === 'object'
      ? model.members
      : model.type === 'choice'
        ? (choiceOf(model, value)?.members ?? [])
        : [];
  const general = problems.filter((placed) => placed.path === '');
  return (
    <div className="form">
      {general.map(({ problem }, index) => (
        <p key={index} className={`fault fault--${problem.severity}`} role="alert">
          <InlineCode text={`${problem.message} ${problem.fix}`} />
        </p>
      ))}
      <ShortContext value={short}>
        <Members
          members={members.filter((member) => !without.includes(member.name))}
          value={value}
          onChange={onChange}
          path=""
          problems={problems}
        />
      </ShortContext>
    </div>
  );
}
