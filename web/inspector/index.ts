/** Door of `inspector`: settings of what is selected. */
export { Inspector } from './inspector.tsx';
export { entryKinds, newEntry } from './entry-kinds.ts';
