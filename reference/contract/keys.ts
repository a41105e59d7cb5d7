/**
 * Keys of the cache and of the object store.
 *
 * The braces are hash tags: everything of one user lies in one slot of the cluster, so that a feed read
 * asks one node once for the feed and the ranking vector (Redis Cluster specification, hash tags).
 */

/**
 * Sorted set of post ids by creation time, ms, and one marker with an infinite score, so that it is the
 * newest member: `feedMarkers.complete` or, while a reader fills the feed, `feedMarkers.filling` and a token.
 * A feed without the first is a miss. Marker and posts lie in one key, because two keys may be evicted apart.
 */
export const feedKey = (userId: string): string => `feed:{${userId}}`;
/** No post id begins with `~`. */
export const feedMarkers = { complete: '~complete', filling: '~filling:' } as const;
/** What `encodeRank` makes: 40 little-endian float32 and the number of interactions. */
export const rankKey = (userId: string): string => `rank:{${userId}}`;
/** Accounts of a reader that are pulled: ids with commas between, empty for none. */
export const followsKey = (userId: string): string => `follows:{${userId}}`;
/** Counter of one user's actions in the running window. */
export const limitKey = (userId: string, action: 'upload' | 'like'): string => `limit:${action}:{${userId}}`;
/** `1` for an author at or above the whale threshold, `0` below; kept for the seed's hour. */
export const whaleFlagKey = (authorId: string): string => `whale:{${authorId}}`;

/** The photo as the user sent it: private, one exact key a presigned form. */
export const originalKey = (userId: string, mediaId: string): string => `raw/${userId}/${mediaId}`;
/** A variant: what the CDN asks the origin for. */
export const mediaKey = (mediaId: string, sizePx: number, extension: 'webp' | 'jpg'): string =>
  `media/${mediaId}/${sizePx}.${extension}`;
