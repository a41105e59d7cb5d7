import { draftText, placeProblems, useDocument, useProblems } from '../document/index.ts';
import { check, forgetRefusal } from '../run/index.ts';

const checkAfterMs = 150;

/** Keeps the problems of the draft up to date, a moment after each change; returns how to stop. */
export function keepChecking(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const { draft, form } = useDocument.getState();
    const number = ++asked;
    const problems = await check(draftText(draft), form);
    // An answer about an older draft would place problems at the wrong elements.
    if (number === asked && useDocument.getState().draft === draft) {
      useProblems.setState(placeProblems(draft, problems));
      // What a run was refused for may be mended by now, and if not is among these.
      forgetRefusal();
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), checkAfterMs);
  };
  later();
  const stop = useDocument.subscribe((state, before) => {
    if (state.draft !== before.draft || state.form !== before.form) later();
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
