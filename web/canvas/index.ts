/** Door of `canvas`: the drawing, the palette, and how wires are judged. */
export { Canvas } from './canvas.tsx';
export { Palette } from './palette.tsx';
export { KindIcon } from './kind-icon.tsx';
export { headlineOf } from './headline.ts';
export { fitDrawing } from './view.ts';
export { placeNode, placeWire } from './building.ts';
export { judge, type Judgement } from './wire-draft.ts';
