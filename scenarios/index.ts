/**
 * Door of `scenarios`: what is simulated. A file's text goes in, a checked and complete `Scenario`
 * or a list of coded problems comes out. Imports nothing of ours; pure, no DOM, no Node.
 */
export type * from './scenario.ts';
export type { KindDefinition, FieldMeta, NeighbourRule } from './kinds/kind.ts';
export {
  kinds,
  findKind,
  clientFlows,
  type ClientFlow,
  type KindName,
  type ConfigOf,
} from './kinds/index.ts';
export { InputError, errorCodes, type Problem, type ErrorCode } from './errors.ts';
