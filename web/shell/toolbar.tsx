import { builtins } from '../../scenarios/index.ts';
import { fitDrawing } from '../canvas/index.ts';
import {
  edit,
  hasErrors,
  isEdited,
  redo,
  setForm,
  setMember,
  undo,
  useDocument,
  useProblems,
} from '../document/index.ts';
import { NumberInput } from '../form/index.ts';
import { isUnderWay, paces, setPace, step, stop, useRun } from '../run/index.ts';
import { Button, Icon, IconButton, Menu, MenuItem } from '../ui/index.ts';
import {
  bringBack,
  copyLink,
  dropWhalePost,
  exportScenario,
  importFile,
  pauseOrResume,
  run,
  showBuiltin,
  tidy,
} from './actions.ts';
import { useHistory } from './history.ts';
import { useLayout } from './layout.ts';

/** Everything that can be done to the scenario as a whole and to its run. */
export function Toolbar() {
  return (
    <header className="bar">
      <div className="bar__group">
        <Brand />
        <ScenarioMenu />
        <History />
      </div>
      <div className="bar__group bar__group--end">
        <RunSettings />
        <Transport />
      </div>
    </header>
  );
}

function Brand() {
  return (
    <h1 className="brand">
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <g fill="none" stroke="var(--accent-ink)" strokeWidth="2.2" strokeLinecap="round">
          <path d="M9 16h6M15 16c4 0 3-7 8-7M15 16h8M15 16c4 0 3 7 8 7" />
        </g>
        <g fill="var(--accent-ink)">
          <circle cx="8.5" cy="16" r="2.6" />
          <circle cx="23.5" cy="9" r="2.1" />
          <circle cx="23.5" cy="16" r="2.1" />
          <circle cx="23.5" cy="23" r="2.1" />
        </g>
      </svg>
      <span className="bar__spare">Fanout Lab</span>
    </h1>
  );
}

function ScenarioMenu() {
  const title = useDocument((state) => state.draft.title);
  const edited = useDocument(isEdited);
  return (
    <Menu
      label="Scenario"
      trigger={
        <>
          <span className="bar__title">{title}</span>
          {edited && <span className="bar__edited">edited</span>}
          <Icon name="down" size={12} />
        </>
      }
    >
      <p className="menu__heading">Built in</p>
      {builtins.map((builtin) => (
        <MenuItem key={builtin.id} onClick={() => void showBuiltin(builtin.id)}>
          {builtin.title}
        </MenuItem>
      ))}
      <hr className="menu__rule" />
      <MenuItem onClick={() => useLayout.setState({ scenarioOpen: true })}>
        Settings of the scenario …
      </MenuItem>
      <MenuItem onClick={() => void importFile()}>Open a file …</MenuItem>
      <MenuItem onClick={exportScenario}>Save as a file</MenuItem>
      <MenuItem onClick={() => void copyLink()}>Copy a link</MenuItem>
      <MenuItem onClick={() => void bringBack()}>Bring back what was put aside</MenuItem>
      <hr className="menu__rule" />
      <MenuItem keys="Shift 1" onClick={fitDrawing}>
        Show the whole drawing
      </MenuItem>
      <MenuItem onClick={tidy}>Arrange the drawing</MenuItem>
      <MenuItem keys="?" onClick={() => useLayout.setState({ dialog: { kind: 'help' } })}>
        Keys
      </MenuItem>
    </Menu>
  );
}

function History() {
  const { canUndo, canRedo } = useHistory();
  return (
    <div className="bar__tight">
      <IconButton label="Undo" keys="Ctrl Z" icon={<Icon name="undo" />} disabled={!canUndo} onClick={undo} />
      <IconButton
        label="Redo"
        keys="Ctrl Shift Z"
        icon={<Icon name="redo" />}
        disabled={!canRedo}
        onClick={redo}
      />
    </div>
  );
}

/** Form, seed and speed. */
function RunSettings() {
  const hasShort = useDocument((state) => state.draft.short !== undefined);
  const seed = useDocument((state) => state.draft.run.seed);
  const form = useDocument((state) => state.form);
  const pace = useRun((state) => state.pace);
  return (
    <>
      {hasShort && (
        <label
          className="bar__field"
          title="The quick form: shorter, and fewer requests where the system shards"
        >
          <input
            type="checkbox"
            role="switch"
            className="switch"
            checked={form === 'short'}
            onChange={(event) => setForm(event.target.checked ? 'short' : 'full')}
          />
          Short form
        </label>
      )}
      <label className="bar__field">
        Seed
        <span className="bar__seed">
          <NumberInput
            label="Seed"
            integer
            value={typeof seed === 'number' ? seed : 42}
            onChange={(value) => edit((draft) => setMember(draft, 'run', { ...draft.run, seed: value }))}
          />
        </span>
      </label>
      <label className="bar__field">
        <span className="bar__spare">Speed</span>
        <select
          className="select"
          aria-label="Speed"
          title="Simulated seconds a second, at most ( [ and ] )"
          value={String(pace)}
          onChange={(event) =>
            void setPace(event.target.value === 'null' ? null : Number(event.target.value))
          }
        >
          {paces.map((value) => (
            <option key={String(value)} value={String(value)}>
              {value === null ? 'max' : `${value}×`}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function Transport() {
  const status = useRun((state) => state.status);
  const faulty = useProblems(hasErrors);
  const canPost = useDocument((state) => state.draft.design.nodes.some((node) => node.kind === 'ReadClient'));
  const underWay = isUnderWay(status);
  return (
    <div className="bar__group">
      {canPost && (
        <Button
          disabled={!underWay}
          onClick={() => void dropWhalePost()}
          title="A celebrity posts a photo now"
        >
          <Icon name="whale" />
          Drop a whale post
        </Button>
      )}
      {underWay && (
        <div className="bar__tight">
          <IconButton
            label={status === 'paused' ? 'Go on' : 'Pause'}
            keys="P"
            icon={<Icon name={status === 'paused' ? 'run' : 'pause'} />}
            onClick={() => void pauseOrResume()}
          />
          <IconButton
            label="Step one second"
            keys="."
            icon={<Icon name="step" />}
            onClick={() => void step()}
          />
          <IconButton label="Stop" icon={<Icon name="stop" />} onClick={() => void stop()} />
        </div>
      )}
      <Button
        look="primary"
        className="bar__run"
        disabled={faulty}
        title={faulty ? 'Mend what is marked red first' : 'Run (Ctrl Enter)'}
        onClick={() => void run()}
      >
        <Icon name="run" />
        {underWay ? 'Run again' : 'Run'}
      </Button>
    </div>
  );
}
