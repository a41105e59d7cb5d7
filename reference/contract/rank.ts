/** Dimensions of a ranking vector. Source: the published design. */
export const rankDimensions = 40;

const vectorBytes = rankDimensions * 4;

/** What the offline pipeline knows of a reader. */
export interface RankProfile {
  /** Weights, `rankDimensions` of them. */
  readonly weights: Float32Array;
  /** Likes, comments and saves so far: below `coldStartInteractions` the weights are not used. */
  readonly interactions: number;
}

/**
 * The value under `rankKey`: 40 little-endian float32, then the number of interactions as uint32.
 *
 * @throws RangeError when there are not 40 weights
 */
export function encodeRank({ weights, interactions }: RankProfile): Uint8Array {
  if (weights.length !== rankDimensions)
    throw new RangeError(`A ranking vector has ${rankDimensions} weights, not ${weights.length}.`);
  const bytes = new Uint8Array(vectorBytes + 4);
  const view = new DataView(bytes.buffer);
  weights.forEach((weight, dimension) => view.setFloat32(dimension * 4, weight, true));
  view.setUint32(vectorBytes, interactions, true);
  return bytes;
}

/** Null for a value of another length: a reader without a usable vector is one without a vector. */
export function decodeRank(bytes: Uint8Array): RankProfile | null {
  if (bytes.length !== vectorBytes + 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Float32Array(rankDimensions);
  for (let dimension = 0; dimension < rankDimensions; dimension++)
    weights[dimension] = view.getFloat32(dimension * 4, true);
  return { weights, interactions: view.getUint32(vectorBytes, true) };
}
