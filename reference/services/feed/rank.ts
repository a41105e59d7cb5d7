import { createHash } from 'node:crypto';
import { rankDimensions, type RankProfile } from '../../contract/index.ts';

/**
 * Posts that are ranked against each other for one page: the low end of the published design's 50 to 200.
 * A read that asks for more ranks as many as it asks for.
 */
export const candidateCount = 50;

/** What of a post its score depends on. */
export interface Candidate {
  readonly authorId: string;
  readonly authorFollowers: number;
  readonly createdAtMs: number;
  /** As last read: scores need not be newer than that. */
  readonly likes: number;
  readonly comments: number;
}

/** Where each group of the published vector begins: 20 + 10 + 5 + 5 dimensions. */
const groups = { category: 0, engagement: 20, recency: 30, proximity: 35 } as const;
const categories = groups.engagement - groups.category;
/** e-folding times of the five recency dimensions, ms: an hour, six, a day, three, a week. */
const recencyMs = [1, 6, 24, 72, 168].map((hours) => hours * 3_600_000);

/**
 * The reader's ranking, or null for the order of time: without a vector, under `coldStartInteractions`
 * (Source: the published design, 50), and for readers outside of the share that the model serves.
 */
export function modelFor(
  userId: string,
  rank: RankProfile | null,
  settings: { readonly rankedShare: number; readonly coldStartInteractions: number },
): RankProfile | null {
  if (rank === null || rank.interactions < settings.coldStartInteractions) return null;
  return shareOf(userId) < settings.rankedShare ? rank : null;
}

/** In [0, 1), the same at every instance and in every process: which side of an A/B test a user is on. */
export function shareOf(userId: string): number {
  return createHash('sha256').update('ranking-model:').update(userId).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * Predicted engagement: the dot product of the reader's weights with the candidate's features.
 *
 * The published design computes features offline, from what it does not describe. Here each group of
 * dimensions is made from what the post's row and counters say; the cost of scoring is that of the design.
 */
export function score(weights: Float32Array, candidate: Candidate, nowMs: number): number {
  fill(features, candidate, nowMs);
  let sum = 0;
  for (let dimension = 0; dimension < rankDimensions; dimension++)
    sum += weights[dimension]! * features[dimension]!;
  return sum;
}

/** Written anew for each candidate: one feed read would otherwise make fifty of them. */
const features = new Float32Array(rankDimensions);

function fill(vector: Float32Array, candidate: Candidate, nowMs: number): void {
  vector.fill(0);
  const content = hash(candidate.authorId);
  // An author has a first and a second subject.
  vector[groups.category + (content % categories)]! += 1;
  vector[groups.category + ((content >>> 8) % categories)]! += 0.5;
  vector[groups.engagement + decade(candidate.likes)] = 1;
  vector[groups.engagement + 5 + decade(candidate.comments)] = 1;
  const ageMs = Math.max(0, nowMs - candidate.createdAtMs);
  for (let n = 0; n < recencyMs.length; n++) vector[groups.recency + n] = Math.exp(-ageMs / recencyMs[n]!);
  // Accounts with few followers are more often friends.
  vector[groups.proximity + decade(candidate.authorFollowers / 10)] = 1;
}

/** 0 below 1, then one class a power of ten, up to 4. */
function decade(count: number): number {
  if (count < 1) return 0;
  return Math.min(4, 1 + Math.floor(Math.log10(count)));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
  return value >>> 0;
}
