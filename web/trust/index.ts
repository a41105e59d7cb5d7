/** Door of `trust`: how far the figures can be believed. */
export { Trust } from './trust.tsx';
