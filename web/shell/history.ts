import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { useDocument } from '../document/index.ts';

/** Whether there is something to undo or redo. */
export function useHistory(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  return useStore(
    useDocument.temporal,
    useShallow(({ pastStates, futureStates }) => ({
      canUndo: pastStates.length > 0,
      canRedo: futureStates.length > 0,
    })),
  );
}
