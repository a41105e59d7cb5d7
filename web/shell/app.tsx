import { useEffect } from 'react';
import { Canvas, Palette } from '../canvas/index.ts';
import { select, useDocument } from '../document/index.ts';
import { keepDraft, readFile } from '../file/index.ts';
import { Inspector } from '../inspector/index.ts';
import { useRun } from '../run/index.ts';
import { Button, Icon, Toasts } from '../ui/index.ts';
import { importFile } from './actions.ts';
import { keepChecking } from './checking.ts';
import { Dialogs } from './dialogs.tsx';
import { Drawer } from './drawer.tsx';
import { Faults } from './faults.tsx';
import { listenToKeys } from './keyboard.ts';
import { useLayout } from './layout.ts';
import { Toolbar } from './toolbar.tsx';
import './shell.css';

/** The page: tools above, the drawing in the middle, time and figures below. */
export function App() {
  const paletteOpen = useLayout((state) => state.paletteOpen);
  const scenarioOpen = useLayout((state) => state.scenarioOpen);
  const reading = useLayout((state) => state.drawer === 'report');
  useEffect(() => {
    const stops = [listenToKeys(), keepDraft(), keepChecking(), followRun()];
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <div
      className="app"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        const file = event.dataTransfer.files[0];
        if (!file) return;
        event.preventDefault();
        void readFile(file).then(importFile);
      }}
    >
      <Toolbar />
      <main className="stage">
        <Canvas />
        {!paletteOpen && (
          <>
            {!reading && <Caption />}
            <div className="stage__add">
              <Button title="Add a component (A)" onClick={() => useLayout.setState({ paletteOpen: true })}>
                <Icon name="add" />
                Add
              </Button>
            </div>
          </>
        )}
        {paletteOpen && <Palette onClose={() => useLayout.setState({ paletteOpen: false })} />}
        <Inspector scenarioShown={scenarioOpen} onClose={() => useLayout.setState({ scenarioOpen: false })} />
        <Faults />
      </main>
      <Drawer />
      <Dialogs />
      <Toasts />
    </div>
  );
}

/** What is drawn, in a sentence. */
function Caption() {
  const title = useDocument((state) => state.draft.title);
  const description = useDocument((state) => state.draft.description);
  return (
    <div className="caption">
      <h2>{title}</h2>
      <p>
        {firstSentence(description)}{' '}
        <button
          type="button"
          className="caption__more"
          onClick={() => {
            select({});
            useLayout.setState({ scenarioOpen: true });
          }}
        >
          More
        </button>
      </p>
    </div>
  );
}

function firstSentence(text: string): string {
  return /^[^\n]*?[.!?](?=\s|$)/.exec(text.trim())?.[0] ?? text.split('\n')[0] ?? '';
}

/** Opens the report when a run ends. */
function followRun(): () => void {
  return useRun.subscribe((state, before) => {
    if (state.status === before.status) return;
    if (state.status === 'finished') {
      useLayout.setState({ drawer: 'report', drawerHeight: null });
    }
  });
}
