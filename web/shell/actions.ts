import type { TimelineEntry } from '../../scenarios/index.ts';
import { fitDrawing } from '../canvas/index.ts';
import {
  addEntry,
  arrange,
  draftText,
  edit,
  isEdited,
  moveNodes,
  open,
  openBuiltin,
  openText,
  removeElements,
  removeEntry,
  select,
  useDocument,
  useSelection,
  type Draft,
  type Opened,
  type Origin,
} from '../document/index.ts';
import { download, linkFragment, pickFile, putAside, takeBack, type PickedFile } from '../file/index.ts';
import { newEntry } from '../inspector/index.ts';
import { clearRun, inject, isUnderWay, pause, resume, setRunningText, start, useRun } from '../run/index.ts';
import { announce } from '../ui/index.ts';
import { estimateCost } from './cost.ts';
import { useLayout } from './layout.ts';

/** Runs longer than this are asked about first when the scenario came from outside. */
const askAboveSeconds = 10;

/** Runs what is drawn, from the start. */
export async function run(confirmed = false): Promise<void> {
  // A field that is being typed in becomes part of the draft first.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const { draft, origin, form } = useDocument.getState();
  const cost = estimateCost(draft);
  if (!confirmed && origin.from !== 'builtin' && form === 'full' && cost.seconds > askAboveSeconds) {
    useLayout.setState({ dialog: { kind: 'cost', ...cost } });
    return;
  }
  useLayout.setState({ drawer: 'charts', dialog: null });
  await start(draftText(draft), form);
}

/** Run, pause or go on: what the space between them means now. */
export async function pauseOrResume(): Promise<void> {
  if (useRun.getState().status === 'paused') await resume();
  else await pause();
}

/** A whale posts now; the post is written into the timeline, so that the run can be repeated. */
export async function dropWhalePost(): Promise<void> {
  const { draft } = useDocument.getState();
  const { nowSeconds, status } = useRun.getState();
  if (!isUnderWay(status)) return;
  try {
    const entry = newEntry(draft, 'whale-post', nowSeconds) as unknown as TimelineEntry;
    const injected = await inject(entry);
    edit((current) => addEntry(current, injected as unknown as ReturnType<typeof newEntry>));
    setRunningText(draftText(useDocument.getState().draft));
    announce(`Posted at ${injected.atSeconds.toFixed(1)} s, and written into the timeline.`);
  } catch (error) {
    announce(error instanceof Error ? error.message : String(error), 'error');
  }
}

/** Deletes whatever is selected: nodes, wires or an event. */
export function deleteSelected(): void {
  const { nodes, edges, entry } = useSelection.getState();
  if (entry !== null) edit((draft) => removeEntry(draft, entry));
  else if (nodes.length + edges.length > 0) {
    edit((draft) => removeElements(draft, new Set(nodes), new Set(edges)));
  } else return;
  select({});
}

/** Puts an event on the timeline and opens its settings. */
export function addTimelineEntry(kind: string): void {
  const { draft } = useDocument.getState();
  const duration = Number(draft.run.durationSeconds ?? 60);
  const entry = newEntry(draft, kind, freeInstant(draft, duration));
  edit((current) => addEntry(current, entry));
  select({ entry: entry.id });
}

/** An instant at which nothing happens yet, so that two events do not hide each other. */
function freeInstant(draft: Draft, durationSeconds: number): number {
  const apart = durationSeconds / 10;
  const instants = [0.5, 0.25, 0.75, 0.4, 0.6].map((share) => Math.round(durationSeconds * share));
  const isFree = (instant: number): boolean =>
    draft.timeline.every((entry) => Math.abs(entry.atSeconds - instant) >= apart);
  return instants.find(isFree) ?? instants[0]!;
}

export function tidy(): void {
  edit((draft) => moveNodes(draft, arrange(draft.design)));
  fitDrawing();
}

export async function showBuiltin(id: string): Promise<void> {
  await show(openBuiltin(id), { from: 'builtin', id }, id);
}

export async function importFile(picked?: PickedFile): Promise<void> {
  const file = picked ?? (await pickFile());
  if (!file) return;
  if (file.text === null) {
    announce(`${file.name} is larger than a scenario may be. Nothing was changed.`, 'error');
    return;
  }
  await show(openText(file.text, file.name), { from: 'file', name: file.name }, file.name);
}

/** Shows what was opened, or why it cannot be; what was there before is put aside, never lost. */
export async function show(opened: Opened, origin: Origin, name: string): Promise<boolean> {
  if (!opened.ok) {
    useLayout.setState({ dialog: { kind: 'import-problems', name, problems: opened.problems } });
    return false;
  }
  const current = useDocument.getState();
  if (isEdited(current)) {
    await putAside(current);
    announce(`“${current.draft.title}” was put aside; the menu brings it back.`);
  }
  await replaceBy({ draft: opened.draft, origin });
  for (const note of opened.notes) announce(`${note.message} ${note.fix}`);
  return true;
}

export async function bringBack(): Promise<void> {
  const aside = await takeBack();
  if (!aside) {
    announce('Nothing was put aside.');
    return;
  }
  const current = useDocument.getState();
  if (isEdited(current)) await putAside(current);
  await replaceBy(aside);
}

/** Opens another scenario in the place of the one on the canvas; nothing of its run says anything of this one. */
async function replaceBy(next: Parameters<typeof open>[0]): Promise<void> {
  await clearRun();
  open(next);
  select({});
  useLayout.setState({ flow: null, scenarioOpen: false, drawer: null, drawerHeight: null });
  fitDrawing();
}

export function exportScenario(): void {
  const { draft } = useDocument.getState();
  download(`${draft.id}.json`, draftText(draft));
}

export function exportResult(): void {
  const { finished } = useRun.getState();
  if (!finished) return;
  const { result } = finished;
  download(`${result.scenario}.result.json`, `${JSON.stringify(result, null, 2)}\n`);
}

export async function copyLink(): Promise<void> {
  const { draft } = useDocument.getState();
  const link = `${location.origin}${location.pathname}${linkFragment(JSON.stringify(draft))}`;
  try {
    await navigator.clipboard.writeText(link);
    announce('The link is on the clipboard. It holds the whole scenario.');
  } catch {
    // No permission for the clipboard: the address bar can be copied by hand.
    history.replaceState(null, '', link);
    announce('The link is in the address bar. It holds the whole scenario.');
  }
}
