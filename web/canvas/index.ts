/** Door of `canvas`: the drawing, the palette, and how wires are judged. */
export { Canvas } from './canvas.tsx';
export { Palette } from './palette.tsx';
export { KindIcon } from './kind-icon.tsx';
export { fitDrawing } from './view.ts';
export { placeWire } from './building.ts';
export { judge } from './wire-draft.ts';
