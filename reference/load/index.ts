/**
 * Door of `reference/load`: who the users are, what they do and when, and what came of it. The population
 * is written into the stack at set-up; a process of its own sends the requests of a trace open loop and
 * records each as ok, failed or unknown in the operation history.
 */
export {
  historyLine,
  historyStart,
  operation,
  readHistory,
  type History,
  type HistoryStart,
  type Operation,
  type OperationKind,
} from './history.ts';
export {
  assertPunctual,
  latenessBoundMs,
  startGenerator,
  type Generator,
  type GeneratorReport,
} from './start.ts';
export { writePopulation } from './population.ts';
export { writeRankVectors } from './rank-vectors.ts';
export { timeoutsOf, UserClient, type Timeouts } from './client.ts';
