import { open, openBuiltin, openText, type Draft } from '../document/index.ts';
import { loadDraft, readFragment } from '../file/index.ts';
import { announce } from '../ui/index.ts';
import { run, show } from './actions.ts';

/** Instagram V2 with a celebrity's post on it: the question that the product is about. */
const firstScenario = 'whale-post';

/**
 * Decides what the page opens on: a link's scenario, a named preset, the work of the last visit, or
 * the first scenario. The address is cleaned, so that a reload brings back the work and not the link.
 */
export async function startUp(): Promise<void> {
  const link = readFragment(location.hash);
  const query = new URLSearchParams(location.search);
  const preset = query.get('preset');
  if (link.found || preset !== null) history.replaceState(null, '', location.pathname);

  await openLastWork();
  if (link.found) {
    if ('fault' in link) announce(link.fault, 'error');
    else await show(openText(link.text, 'link'), { from: 'link' }, 'The link');
  } else if (preset !== null) {
    const shown = await show(openBuiltin(preset), { from: 'builtin', id: preset }, preset);
    if (shown && query.get('run') === '1') await run();
  }
}

async function openLastWork(): Promise<void> {
  const stored = await loadDraft();
  if (stored?.draft && stored.opened && stored.origin && canBeDrawn(stored.draft)) {
    const { draft, origin, opened, form } = stored;
    // An older version of this page did not store the form.
    open({ draft, origin, opened, form: form ?? 'full' });
    return;
  }
  const first = openBuiltin(firstScenario);
  if (first.ok) open({ draft: first.draft, origin: { from: 'builtin', id: firstScenario } });
}

/**
 * A draft may be wrong, because it was being worked on; but it must have the shape of one, and an
 * older version of this page may have stored another.
 */
function canBeDrawn(draft: Draft): boolean {
  const { nodes, edges } = draft.design ?? {};
  return (
    Array.isArray(nodes) &&
    Array.isArray(edges) &&
    Array.isArray(draft.timeline) &&
    Array.isArray(draft.expectations)
  );
}
