/**
 * Door of `simulator/statistics`: what is measured during a run, and the figures made of it.
 */
export type { Cell, ComponentCell, ComponentLayout, FlowCell, FlowLayout, Layout } from './cell.ts';
export { Histogram, meanNs, quantileNs, quantileWithFailuresNs } from './histogram.ts';
