/** Door of `shell`: the page around the drawing, and what it opens on. */
export { ErrorBoundary } from './error-boundary.tsx';
export { App } from './app.tsx';
export { startUp } from './start-up.ts';
