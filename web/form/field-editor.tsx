import { useId } from 'react';
import { isJsonObject, type Json, type JsonObject, type PlacedProblem } from '../document/index.ts';
import { Icon, IconButton, InlineCode } from '../ui/index.ts';
import {
  choiceOf,
  initialChoice,
  initialValue,
  type Field,
  type FieldOf,
  type Member,
} from './field-model.ts';
import { About } from './about-field.tsx';
import { ShortNote } from './short-note.tsx';
import { NumberInput } from './number-input.tsx';
import { JsonInput, TextInput } from './text-input.tsx';

interface EditorProps {
  readonly field: Field;
  readonly value: Json | undefined;
  readonly onChange: (value: Json) => void;
  /** Path of this value inside of the form: `arrivals.ratePerSecond`. */
  readonly path: string;
  readonly label: string;
  readonly problems: readonly PlacedProblem[];
  readonly id?: string;
  readonly describedBy?: string | undefined;
}

/** The members of an object, one row each. */
export function Members({
  members,
  value,
  onChange,
  path,
  problems,
}: {
  readonly members: readonly Member[];
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
  readonly path: string;
  readonly problems: readonly PlacedProblem[];
}) {
  return members.map(({ name, field }) => (
    <FieldRow
      key={name}
      name={name}
      field={field}
      value={value[name]}
      path={path === '' ? name : `${path}.${name}`}
      problems={problems}
      onChange={(next) => onChange({ ...value, [name]: next })}
      onRemove={() => onChange(Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)))}
    />
  ));
}

interface RowProps {
  readonly name: string;
  readonly field: Field;
  readonly value: Json | undefined;
  readonly path: string;
  readonly problems: readonly PlacedProblem[];
  readonly onChange: (value: Json) => void;
  readonly onRemove: () => void;
}

/** One member: its name, its control, what it means, and where its default comes from. */
function FieldRow({ name, field, value, path, problems, onChange, onRemove }: RowProps) {
  const id = useId();
  const title = field.meta.title ?? name;
  if (field.type === 'literal') return null;
  const own = problems.filter((placed) => placed.path === path);
  const isSet = value !== undefined && !(field.nullable && value === null);
  const canBeOff = field.nullable || field.optional;
  const turnOn = (): void =>
    onChange(initialValue({ ...field, nullable: false, defaultValue: onDefault(field) }));
  const turnOff = (): void => (field.nullable ? onChange(null) : onRemove());
  const isBlock = isSet && isBlockType(field);
  const isNumber = field.type === 'number';
  return (
    <div className="field" data-block={isBlock || undefined}>
      <div className="field__head">
        <label className="field__label" htmlFor={id}>
          {title}
        </label>
        {canBeOff && !isNumber && (field.nullable || !isSet || isBlock) && (
          <input
            type="checkbox"
            className="switch"
            role="switch"
            aria-label={`${title}: on`}
            checked={isSet}
            onChange={(event) => (event.target.checked ? turnOn() : turnOff())}
          />
        )}
        {(isSet || isNumber) && !isBlock && (
          <Editor
            field={field}
            value={value}
            path={path}
            label={title}
            problems={problems}
            id={id}
            describedBy={`${id}-about`}
            onChange={onChange}
            {...(canBeOff ? { onClear: turnOff } : {})}
          />
        )}
      </div>
      {isBlock && (
        <div className="field__block">
          <Editor
            field={field}
            value={value}
            path={path}
            label={title}
            problems={problems}
            id={id}
            onChange={onChange}
          />
        </div>
      )}
      <ShortNote
        path={path}
        hasRows={isBlock && hasRows(field)}
        editor={(shortValue, onShortChange) =>
          isBlockType(field) ? null : (
            <Editor
              field={field}
              value={shortValue}
              path={path}
              label={`${title} in the short form`}
              problems={[]}
              onChange={onShortChange}
            />
          )
        }
      />
      <Faults problems={own} />
      <About id={`${id}-about`} field={field} value={value} onReset={onChange} />
    </div>
  );
}

/** A nullable member that is switched on starts from something else than null. */
function onDefault(field: Field): Json | undefined {
  return field.defaultValue === null ? undefined : field.defaultValue;
}

function isBlockType(field: Field): boolean {
  return (
    ['object', 'array', 'tuple', 'record', 'choice', 'alternatives'].includes(field.type) && !isCompact(field)
  );
}

/** Whether the members inside have rows of their own. */
function hasRows(field: Field): boolean {
  if (field.type === 'array') return hasRows(field.item);
  return field.type === 'object' || field.type === 'choice';
}

function isCompact(field: Field): boolean {
  return (
    field.type === 'alternatives' &&
    field.options.every((option) => ['number', 'literal', 'string'].includes(option.type))
  );
}

function Faults({ problems }: { readonly problems: readonly PlacedProblem[] }) {
  return problems.map(({ problem }, index) => (
    <p key={index} className={`fault fault--${problem.severity}`} role="alert">
      <InlineCode text={`${problem.message} ${problem.fix}`} />
    </p>
  ));
}

function Editor(props: EditorProps & { readonly onClear?: () => void }) {
  const { field, value, onChange, id, describedBy, problems, path, label } = props;
  const invalid = problems.some((placed) => placed.path === path && placed.problem.severity === 'error');
  switch (field.type) {
    case 'number':
      return (
        <NumberInput
          {...(id === undefined ? { label } : { id })}
          value={typeof value === 'number' ? value : null}
          integer={field.integer}
          unit={shownUnit(field.meta.unit)}
          invalid={invalid}
          describedBy={describedBy}
          onChange={onChange}
          {...(props.onClear ? { onClear: props.onClear, placeholder: 'none' } : {})}
        />
      );
    case 'string':
      return (
        <TextInput
          {...(id === undefined ? { label } : { id })}
          value={String(value ?? '')}
          invalid={invalid}
          onChange={onChange}
        />
      );
    case 'boolean':
      return (
        <input
          id={id}
          type="checkbox"
          role="switch"
          className="switch"
          aria-label={label}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case 'enum':
      return (
        <select
          id={id}
          className="select"
          aria-label={label}
          value={String(value)}
          onChange={(event) => onChange(event.target.value)}
        >
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case 'object':
      return (
        <Members
          members={field.members}
          value={isJsonObject(value) ? value : {}}
          onChange={onChange}
          path={path}
          problems={problems}
        />
      );
    case 'choice':
      return <ChoiceEditor {...props} field={field} />;
    case 'array':
      return <ArrayEditor {...props} field={field} />;
    case 'tuple':
      return <TupleEditor {...props} field={field} />;
    case 'alternatives':
      return <AlternativesEditor {...props} field={field} />;
    case 'record':
    case 'json':
      return (
        <JsonInput
          {...(id === undefined ? { label } : { id })}
          value={value ?? null}
          invalid={invalid}
          onChange={onChange}
        />
      );
    case 'literal':
      return null;
  }
}

function shownUnit(unit: string | undefined): string | undefined {
  return unit === 'count' || unit === 'ratio' ? undefined : unit?.replace(/^(requests|events)\/s$/, '/s');
}

function ChoiceEditor({
  field,
  value,
  onChange,
  path,
  problems,
  label,
  id,
}: EditorProps & { readonly field: FieldOf<'choice'> }) {
  const chosen = choiceOf(field, value);
  const object = isJsonObject(value) ? value : {};
  return (
    <>
      <select
        id={id}
        className="select select--wide"
        aria-label={label}
        value={chosen?.key ?? ''}
        onChange={(event) => {
          const option = field.options.find((candidate) => candidate.key === event.target.value);
          if (option) onChange(initialChoice(field, option, value));
        }}
      >
        {!chosen && <option value="">choose</option>}
        {field.options.map((option) => (
          <option key={option.key} value={option.key}>
            {option.title}
          </option>
        ))}
      </select>
      {chosen && (
        <Members
          members={chosen.members}
          value={object}
          onChange={onChange}
          path={path}
          problems={problems}
        />
      )}
    </>
  );
}

function ArrayEditor({
  field,
  value,
  onChange,
  path,
  problems,
  label,
}: EditorProps & { readonly field: FieldOf<'array'> }) {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  const inner = field.item.type === 'object' || field.item.type === 'choice';
  return (
    <div className="items">
      {items.map((item, index) => (
        <div key={index} className="item" data-block={inner || undefined}>
          <div className="item__value">
            <Editor
              field={field.item}
              value={item}
              path={`${path}[${index}]`}
              label={`${label} ${index + 1}`}
              problems={problems}
              onChange={(next) => onChange(items.map((old, at) => (at === index ? next : old)))}
            />
            <Faults problems={problems.filter((placed) => placed.path === `${path}[${index}]`)} />
          </div>
          <IconButton
            size="small"
            label={`Remove ${label.toLowerCase()} ${index + 1}`}
            icon={<Icon name="close" size={12} />}
            onClick={() => onChange(items.filter((_item, at) => at !== index))}
          />
        </div>
      ))}
      <button
        type="button"
        className="items__add"
        onClick={() => onChange([...items, initialValue(field.item)])}
      >
        <Icon name="add" size={12} /> Add
      </button>
    </div>
  );
}

function TupleEditor({
  field,
  value,
  onChange,
  path,
  problems,
  label,
}: EditorProps & { readonly field: FieldOf<'tuple'> }) {
  const parts = Array.isArray(value) ? (value as readonly Json[]) : field.items.map(initialValue);
  return (
    <div className="tuple">
      {field.items.map((item, index) => (
        <Editor
          key={index}
          field={item}
          value={parts[index]}
          path={`${path}[${index}]`}
          label={`${label}, part ${index + 1}`}
          problems={problems}
          onChange={(next) => onChange(parts.map((old, at) => (at === index ? next : old)))}
        />
      ))}
    </div>
  );
}

/** A number or a word ("auto"): typed as it is. Anything richer is edited as JSON. */
function AlternativesEditor({
  field,
  value,
  onChange,
  id,
  label,
}: EditorProps & { readonly field: FieldOf<'alternatives'> }) {
  const naming = id === undefined ? { label } : { id };
  if (!isCompact(field)) return <JsonInput {...naming} value={value ?? null} onChange={onChange} />;
  return (
    <TextInput
      {...naming}
      value={String(value ?? '')}
      onChange={(text) => onChange(text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text)}
    />
  );
}
