import { fitDrawing } from '../canvas/index.ts';
import { redo, select, undo } from '../document/index.ts';
import { changePace, step } from '../run/index.ts';
import { deleteSelected, pauseOrResume, run } from './actions.ts';
import { useLayout } from './layout.ts';

interface Shortcut {
  readonly keys: string;
  readonly does: string;
  matches(event: KeyboardEvent): boolean;
  readonly act: () => unknown;
  /** Also while a text is being typed. */
  readonly everywhere?: boolean;
}

const plain =
  (key: string) =>
  (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === key && !event.ctrlKey && !event.metaKey && !event.altKey;
const command =
  (key: string, shift: boolean) =>
  (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === key && (event.ctrlKey || event.metaKey) && event.shiftKey === shift;

/** Every key of the page, in one table: the help dialog is made from it. */
export const shortcuts: readonly Shortcut[] = [
  { keys: 'Ctrl Enter', does: 'Run', matches: command('enter', false), act: () => run(), everywhere: true },
  { keys: 'P', does: 'Pause or go on', matches: plain('p'), act: pauseOrResume },
  { keys: '.', does: 'Step one simulated second', matches: plain('.'), act: step },
  { keys: '[', does: 'Slower', matches: plain('['), act: () => changePace(-1) },
  { keys: ']', does: 'Faster', matches: plain(']'), act: () => changePace(1) },
  {
    keys: 'A',
    does: 'Add a component',
    matches: plain('a'),
    act: () => useLayout.setState({ paletteOpen: true }),
  },
  {
    keys: 'Delete',
    does: 'Delete what is selected',
    matches: (event) => event.key === 'Delete' || event.key === 'Backspace',
    act: deleteSelected,
  },
  { keys: 'Ctrl Z', does: 'Undo', matches: command('z', false), act: undo },
  { keys: 'Ctrl Shift Z', does: 'Redo', matches: command('z', true), act: redo },
  {
    keys: 'Shift 1',
    does: 'Show the whole drawing',
    matches: (event) => event.code === 'Digit1' && event.shiftKey && !event.ctrlKey && !event.metaKey,
    act: fitDrawing,
  },
  {
    keys: 'Esc',
    does: 'Deselect',
    matches: plain('escape'),
    act: () => {
      select({});
      useLayout.setState({ paletteOpen: false, scenarioOpen: false });
    },
  },
  {
    keys: '?',
    does: 'This help',
    matches: plain('?'),
    act: () => useLayout.setState({ dialog: { kind: 'help' } }),
  },
];

/** Listens on the whole page; returns how to stop. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const typing = isTyping(event.target);
    const shortcut = shortcuts.find((known) => known.matches(event) && (!typing || known.everywhere));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
