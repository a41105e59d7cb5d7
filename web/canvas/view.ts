import { create } from 'zustand';
import type { Point } from '../document/index.ts';

/** The viewport: not part of the draft, and never undone. */
interface View {
  readonly fitRequests: number;
  readonly movedByUser: boolean;
  /** Middle of what is to be seen, in the drawing's coordinates. */
  readonly centre: () => Point;
}

export const useView = create<View>(() => ({
  fitRequests: 0,
  movedByUser: false,
  centre: () => ({ x: 0, y: 0 }),
}));

/** Shows the whole drawing. */
export function fitDrawing(): void {
  useView.setState(({ fitRequests }) => ({ fitRequests: fitRequests + 1 }));
}
