/** A post row, read at QUORUM. */
export interface StoredPost {
  readonly authorId: string;
  readonly createdAtMs: number;
  readonly media: 'pending' | 'ready' | 'quarantined';
  /** Counter tables. */
  readonly likes: number;
  readonly comments: number;
}

export interface StoredAuthor {
  /** At or above the whale threshold: pulled, not pushed. */
  readonly whale: boolean;
  readonly followers: readonly string[];
  /** Post ids in the author's own list, newest first, one an entry: an id that lies there twice is twice here. */
  readonly posts: readonly string[];
}

/** A feed read through the gateway after healing. */
export interface FinalRead {
  /** Null when it was answered with an error. */
  readonly posts: readonly string[] | null;
  readonly status: number;
}

/** One stored variant of an image. */
export interface Variant {
  readonly sizePx: number;
  readonly format: 'webp' | 'jpg';
  /** Null when it decodes to its format; else why not. */
  readonly wrong: string | null;
}

/**
 * What lies in the stack when the faults have healed, the load has ended and the queues had time to empty.
 * Read by `observe`, each part by a client of its own, so that no service under test is trusted, but for
 * the feed reads, which are what users see.
 */
export interface Observed {
  /** When the final feed reads were made, ms since 1970. */
  readonly atMs: number;
  /** All of them, by post id. */
  readonly posts: ReadonlyMap<string, StoredPost>;
  /** Authors of `posts`. */
  readonly authors: ReadonlyMap<string, StoredAuthor>;
  /** Followers of the authors of the history, by user id. */
  readonly feeds: ReadonlyMap<string, FinalRead>;
  /** Feed keys in the cache: post ids by user id. */
  readonly cached: ReadonlyMap<string, readonly string[]>;
  /** Comment ids by post id; one an entry, as they lie there. */
  readonly comments: ReadonlyMap<string, readonly string[]>;
  /** By media id, for the posts of the history. */
  readonly variants: ReadonlyMap<string, readonly Variant[]>;
  /** Messages not done, by consumer group. */
  readonly lag: ReadonlyMap<string, number>;
  /** Post ids of the outbox rows that are left. */
  readonly outbox: readonly string[];
  readonly slotsServed: number;
}

/** What a read can be held to. */
export interface Limits {
  /** Posts in a feed; the final reads ask for that many. */
  readonly feedLength: number;
  /** Posts that a feed read of the load returns. */
  readonly pageLength: number;
  /** Newest posts of one whale that a feed read pulls. */
  readonly whalePullLength: number;
  /** Older posts of a whale are not pulled, ms. */
  readonly whaleWindowMs: number;
  /** How the pages of the load are ordered: only by time, or for some readers by the model. */
  readonly ranking: 'chronological' | 'mixed';
  /**
   * How long after its acknowledgement a post may be missing in reads during the run, ms. Twice what the
   * stack takes to empty its queues after an outage of 30 s (docs/reference-verification.md).
   */
  readonly freshAfterMs: number;
}
