/**
 * Door of `scenarios/sampling`: random draws, distributions and arrivals, the same bits on every
 * machine. Pure.
 */
export { exp, expm1, log, log1p, normalQuantile, pow, scaleByPowerOfTwo } from './math.ts';
export {
  childKey0,
  childStreams,
  rootStreams,
  childKey1,
  drawInt32,
  drawUint32,
  replicationSeed,
  rootKey0,
  rootKey1,
  sourceKey,
  streamHash,
  uniform,
  type Key,
} from './random.ts';
export { drawFrom } from './alias-table.ts';
export { findRoot } from './root.ts';
export { quantileOf, type Quantile } from './quantile.ts';
export { MAXIMUM_NS, compileSampler, sampleNs, samplerCompiler, type Sampler } from './distribution.ts';
export { compileArrivals, thinnedArrivals, type ArrivalProcess, type OpenArrivals } from './arrivals.ts';
export {
  extraFeedReads,
  highestOrdinaryRate,
  likesOf,
  ordinaryRate,
  viralChoice,
  type AttentionEntry,
  type DrawnRequests,
} from './attention.ts';
export {
  followerLaw,
  maximumTrackedWhales,
  whaleTail,
  type FollowerLaw,
  type WhaleTail,
} from './population.ts';
export { followGraph, maximumGraph, userId, type Account, type FollowGraph } from './follow-graph.ts';
export {
  requestTrace,
  type ImageView,
  type PostReference,
  type RequestTrace,
  type TraceRequest,
} from './trace.ts';
