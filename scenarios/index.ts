/**
 * Door of `scenarios`: what is simulated. A file's text goes in, a checked and complete `Scenario`
 * or a list of coded problems comes out. Imports nothing of ours; pure, no DOM, no Node.
 *
 *     const { scenario, notes } = parseScenario(text, { find: findBuiltin });   // throws InputError
 */
export type * from './scenario.ts';
export { parseScenario, checkScenario, applySet, type ParseOptions, type Parsed } from './parse.ts';
export { scenarioFile } from './scenario-file.ts';
export { parametersOf, scaleParameter, type Parameter, type Scaled } from './parameters.ts';
export { fileTooLarge, maximumFileBytes } from './read-json.ts';
export { builtins, findBuiltin, type Builtin } from './builtins.ts';
export { connect, pointsAgainstWork, type Connection } from './connections.ts';
export type { KindDefinition, FieldMeta, NeighbourRule, EdgeDefaults } from './kinds/kind.ts';
export {
  kinds,
  findKind,
  clientFlows,
  type ClientFlow,
  type KindName,
  type ConfigOf,
} from './kinds/index.ts';
export { jsonSchema } from './json-schema.ts';
export {
  describeErrors,
  describeFormat,
  formatSections,
  type FormatMember,
  type FormatSection,
} from './describe.ts';
export { didYouMean } from './nearest.ts';
export { InputError, errorCodes, type Problem, type ErrorCode } from './errors.ts';
/** Schemas of the parts that an editor edits by themselves; kinds carry their own. */
export { edgeConfig } from './format/edges.ts';
export { population } from './format/population.ts';
export { run } from './format/run.ts';
export { timelineEntry } from './format/timeline.ts';
/** What it costs. */
export {
  billOf,
  bytesAView,
  isBilled,
  prices,
  storedBytesPerSecond,
  usdFor,
  HOURS_A_MONTH,
  SECONDS_A_MONTH,
  type BillItem,
  type Price,
  type PriceId,
  type Usage,
} from './prices/index.ts';
