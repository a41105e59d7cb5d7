/** Finds the system's Chromium for the browser tests; installs it where that may be done without asking. */
import { findProgram, installPackages, isExecutable } from './system-packages.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * @returns {{ path: string } | { reason: string }} the executable, or why there is none and the
 * command that mends it. `CHROMIUM_PATH` overrides the search.
 */
export function ensureChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen)
    return isExecutable(chosen) ? { path: chosen } : { reason: `CHROMIUM_PATH is no program: ${chosen}.` };
  const found = findChromium();
  if (found) return { path: found };
  const failure = installPackages(['chromium', 'fonts-dejavu-core']);
  const installed = findChromium();
  if (installed) return { path: installed };
  return { reason: `Chromium is not installed. ${failure ?? 'Set CHROMIUM_PATH.'}` };
}

const findChromium = () => names.map(findProgram).find(Boolean);
