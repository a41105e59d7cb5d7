import { lazy, Suspense } from 'react';
import { Button, Dialog, formatCount, formatSeconds, InlineCode } from '../ui/index.ts';
import { run } from './actions.ts';
import { shortcuts } from './keyboard.ts';
import { useLayout } from './layout.ts';

/** Its tables are for those who ask. */
const Trust = lazy(() => import('../trust/index.ts').then(({ Trust: trust }) => ({ default: trust })));

export function Dialogs() {
  const dialog = useLayout((state) => state.dialog);
  const close = (): void => useLayout.setState({ dialog: null });
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'help':
      return (
        <Dialog title="Keys" onClose={close}>
          <dl className="shortcuts">
            {shortcuts.map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key} className="keys">
                      {key}
                    </kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p className="shortcuts__note">
            Tab walks over components and wires; Enter selects one, arrow keys move it. A selected component
            can be wired from its settings.
          </p>
        </Dialog>
      );
    case 'trust':
      return (
        <Dialog title="How far can I trust this?" size="page" onClose={close}>
          <Suspense>
            <Trust />
          </Suspense>
        </Dialog>
      );
    case 'import-problems':
      return (
        <Dialog title={`${dialog.name} cannot be opened`} onClose={close}>
          <p>Nothing was changed: what you were working on is still there.</p>
          <ul className="problems">
            {dialog.problems.map((problem, index) => (
              <li key={index}>
                <code>{problem.code}</code>
                {problem.path !== '' && <span className="problems__path"> {problem.path}</span>}
                <p>
                  <InlineCode text={`${problem.message} ${problem.fix}`} />
                </p>
              </li>
            ))}
          </ul>
        </Dialog>
      );
    case 'cost':
      return (
        <Dialog title="This run takes a while" onClose={close}>
          <p>
            The scenario came from outside and simulates about {formatCount(dialog.requests)} requests:
            roughly {formatSeconds(dialog.seconds)} of work for this computer. It can be paused or stopped at
            any time.
          </p>
          <div className="dialog__actions">
            <Button onClick={close}>Not now</Button>
            <Button look="primary" onClick={() => void run(true)}>
              Run it
            </Button>
          </div>
        </Dialog>
      );
  }
}
