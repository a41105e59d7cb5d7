import type { CachedReader, FeedEntry } from './feeds.ts';

/** The plain twin of one feed key and its scripts: what feed-scripts.ts has to do, without Redis. */
export class FeedModel {
  readonly #length: number;
  #posts = new Map<string, number>();
  #marker: { readonly kind: 'complete' } | { readonly kind: 'filling'; readonly token: string } | null = null;

  constructor(length: number) {
    this.#length = length;
  }

  push({ postId, createdAtMs }: FeedEntry): number {
    if (this.#marker === null || this.#posts.has(postId)) return 0;
    this.#posts.set(postId, createdAtMs);
    this.#trim();
    return 1;
  }

  begin(token: string): number {
    if (this.#marker !== null) return 0;
    this.#marker = { kind: 'filling', token };
    return 1;
  }

  finish(token: string, entries: readonly FeedEntry[]): number {
    if (this.#marker?.kind !== 'filling' || this.#marker.token !== token) return 0;
    this.#marker = { kind: 'complete' };
    for (const { postId, createdAtMs } of entries)
      if (!this.#posts.has(postId)) this.#posts.set(postId, createdAtMs);
    this.#trim();
    return 1;
  }

  /** Evicted, expired, or lost with its node. */
  vanish(): void {
    this.#marker = null;
    this.#posts = new Map();
  }

  get state(): CachedReader['state'] {
    return this.#marker?.kind ?? 'missing';
  }

  newest(count: number): FeedEntry[] {
    return [...this.#posts]
      .map(([postId, createdAtMs]) => ({ postId, createdAtMs }))
      .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.postId < b.postId ? 1 : -1))
      .slice(0, count);
  }

  #trim(): void {
    this.#posts = new Map(
      this.newest(this.#length).map(({ postId, createdAtMs }) => [postId, createdAtMs] as const),
    );
  }
}
