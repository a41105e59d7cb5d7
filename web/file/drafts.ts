import { del, get, set } from 'idb-keyval';
import { useDocument, type DocumentState } from '../document/index.ts';

/** One draft, beside any file: saving it never touches what has a name. */
const key = 'fanout-lab/draft/v1';
/** Edited work that made place for something else. */
const asideKey = 'fanout-lab/aside/v1';
const saveAfterMs = 400;

/** The work of the last visit, or null. What is stored is checked again by whoever opens it. */
export async function loadDraft(): Promise<Partial<DocumentState> | null> {
  try {
    return (await get<Partial<DocumentState>>(key)) ?? null;
  } catch {
    // A browser that keeps nothing (private mode) still runs the product.
    return null;
  }
}

/** Keeps edited work when something else is opened over it. */
export async function putAside({ draft, opened, origin, form }: DocumentState): Promise<void> {
  await set(asideKey, { draft, opened, origin, form }).catch(() => undefined);
}

/** What was put aside last, or null. */
export async function takeBack(): Promise<DocumentState | null> {
  return (await get<DocumentState>(asideKey).catch(() => undefined)) ?? null;
}

/** Moves the stored draft out of the way, for when it cannot even be drawn. */
export async function forgetDraft(): Promise<void> {
  const stored = await get<DocumentState>(key);
  if (stored) await set(asideKey, stored);
  await del(key);
}

/** Saves every change of the draft, and of the form that is run, a moment after it was made; returns how to stop. */
export function keepDraft(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const { draft, opened, origin, form } = useDocument.getState();
    set(key, { draft, opened, origin, form }).catch(() => undefined);
  };
  const saveIfDue = (): void => {
    if (timer !== undefined) save();
  };
  const unsubscribe = useDocument.subscribe((state, before) => {
    const same = state.draft === before.draft && state.origin === before.origin && state.form === before.form;
    if (same) return;
    clearTimeout(timer);
    timer = setTimeout(save, saveAfterMs);
  });
  document.addEventListener('visibilitychange', saveIfDue);
  window.addEventListener('pagehide', saveIfDue);
  return () => {
    saveIfDue();
    unsubscribe();
    document.removeEventListener('visibilitychange', saveIfDue);
    window.removeEventListener('pagehide', saveIfDue);
  };
}
