/**
 * Keyed random draws: a draw is a pure function of (request key, stream name, draw index).
 *
 * No generator carries state, so a draw does not depend on the order of events, and a change in one
 * part of a design leaves every other draw as it was (common random numbers). A request's key is two
 * uint32 words: derived from the run's seed, the source's name and the sequence number for a root,
 * from the parent's key and a child number below it.
 *
 * The hash is `triple32` of Wellons (2018, "Prospecting for hash functions") over the first key
 * word, the stream and the index, with the second key word added after the first multiplication.
 * About 3 ns a draw.
 */

/** Two words of a key. Hot code keeps them apart in a frame; this is for set-up code. */
export interface Key {
  readonly key0: number;
  readonly key1: number;
}

/** 2^32 / golden ratio, odd: successive indices lie far apart before they are hashed. */
const INDEX_STEP = 0x9e3779b1 | 0;

/**
 * A 32-bit draw as a signed integer, evenly distributed. Arguments are taken modulo 2^32. For hot code:
 * engines keep a signed 32-bit integer in a register where they may box an unsigned one.
 */
export function drawInt32(key0: number, key1: number, stream: number, index: number): number {
  let h = (key0 + stream + Math.imul(index, INDEX_STEP)) | 0;
  h ^= h >>> 17;
  h = Math.imul(h, 0xed5ad4bb) ^ key1;
  h ^= h >>> 11;
  h = Math.imul(h, 0xac4c1b51);
  h ^= h >>> 15;
  h = Math.imul(h, 0x31848bab);
  return h ^ (h >>> 14);
}

/** A 32-bit draw in 0 to 2^32 - 1, evenly distributed. Arguments are taken modulo 2^32. */
export function drawUint32(key0: number, key1: number, stream: number, index: number): number {
  return drawInt32(key0, key1, stream, index) >>> 0;
}

/** A 32-bit draw as a number strictly between 0 and 1. */
export function uniform(draw: number): number {
  return ((draw >>> 0) + 0.5) * 2.3283064365386963e-10;
}

/** Hash of a stream's name (FNV-1a over UTF-16 units, then mixed); computed once, at compile time. */
export function streamHash(name: string): number {
  let h = 0x811c9dc5 | 0;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return drawUint32(h, name.length, 0, 0);
}

const CHILD_0 = streamHash('key.child.0');
const CHILD_1 = streamHash('key.child.1');
const ROOT_0 = streamHash('key.root.0');
const ROOT_1 = streamHash('key.root.1');
const SEED_0 = streamHash('key.seed.0');
const SEED_1 = streamHash('key.seed.1');
const REPLICATION_0 = streamHash('key.replication.0');
const REPLICATION_1 = streamHash('key.replication.1');

/** Streams of the two key words of a child and of a root, for who derives keys elsewhere. */
export const childStreams: readonly [number, number] = [CHILD_0, CHILD_1];
export const rootStreams: readonly [number, number] = [ROOT_0, ROOT_1];

/** First key word of child number `child` of a request, as a signed integer. */
export function childKey0(key0: number, key1: number, child: number): number {
  return drawInt32(key0, key1, CHILD_0, child);
}

/** Second key word of child number `child` of a request. */
export function childKey1(key0: number, key1: number, child: number): number {
  return drawInt32(key0, key1, CHILD_1, child);
}

/** Key of a traffic source: `seed` is an integer from 0 to 2^53 - 1. */
export function sourceKey(seed: number, name: string): Key {
  const low = seed >>> 0;
  const high = highPart(seed);
  const stream = streamHash(name);
  return {
    key0: drawUint32(low, high, SEED_0, stream),
    key1: drawUint32(low, high, SEED_1, stream),
  };
}

/** First key word of a source's request number `sequence` (0 to 2^53 - 1). No two of 2^32 in a row agree. */
export function rootKey0(source: Key, sequence: number): number {
  return drawInt32(source.key0, source.key1 ^ highPart(sequence), ROOT_0, sequence >>> 0);
}

/** Second key word of a source's request number `sequence`. */
export function rootKey1(source: Key, sequence: number): number {
  return drawInt32(source.key0, source.key1 ^ highPart(sequence), ROOT_1, sequence >>> 0);
}

/** Seed of replication `replication`: number 0 uses the seed itself, others an integer below 2^53. */
export function replicationSeed(seed: number, replication: number): number {
  if (replication === 0) return seed;
  const low = seed >>> 0;
  const high = highPart(seed);
  return (
    (drawUint32(low, high, REPLICATION_0, replication) >>> 11) * 4294967296 +
    drawUint32(low, high, REPLICATION_1, replication)
  );
}

function highPart(x: number): number {
  return Math.floor(x / 4294967296) | 0;
}
