/** Door of `document`: the scenario on the canvas, every change that can be made to it, and its problems. */
export * from './draft.ts';
export * from './edits.ts';
export * from './store.ts';
export * from './selection.ts';
export * from './short-form.ts';
export * from './problems.ts';
export * from './problem-store.ts';
export { arrange, cardHeight, cardWidth, layers, type Layer } from './arrange.ts';
export { flowsMadeBy, mainFlowsFirst } from './flows.ts';
export { openBuiltin, openText, type Opened } from './open-file.ts';
