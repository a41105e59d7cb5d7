/**
 * Entries of a cache that is split into parts (shards), each with a memory of its own: the least
 * recently used entry of a part makes room, and no entry gets older than its time to live. Every
 * operation takes constant time on average.
 *
 * Entries are numbered; each has a weight (how many alike it stands for) and a size, and fills
 * weight x size of its part. All entries that have a time to live have the same, so the order in which
 * they were stored or renewed is the order in which they expire.
 *
 * Redis itself evicts the least recently used of five entries drawn at random, which comes close (Redis
 * documentation, Key eviction); this is the exact order.
 */
export class EntryStore {
  /** Bytes in use by part. */
  readonly used: Float64Array;
  readonly entries: Float64Array;
  /** Entries pushed out for want of memory, and too old, weighted, since the start. */
  evicted = 0;
  expired = 0;
  /** Bytes in use by all parts. */
  usedInAll = 0;

  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  /** The same entries in order of expiry; -1: not among them. */
  private readonly later: Int32Array;
  private readonly sooner: Int32Array;
  private readonly expires: Float64Array;
  private readonly filled: Float64Array;
  private readonly partOf: Int32Array;

  constructor(
    private readonly count: number,
    parts: number,
    private readonly capacityBytes: number,
    private readonly ttlNs: number,
    private readonly weightOf: (entry: number) => number,
  ) {
    this.used = new Float64Array(parts);
    this.entries = new Float64Array(parts);
    this.newer = new Int32Array(count + parts).fill(-1);
    this.older = new Int32Array(count + parts).fill(-1);
    for (let part = 0; part < parts; part++)
      this.newer[count + part] = this.older[count + part] = count + part;
    this.later = new Int32Array(count + 1).fill(-1);
    this.sooner = new Int32Array(count + 1).fill(-1);
    this.later[count] = this.sooner[count] = count;
    this.expires = new Float64Array(count).fill(Infinity);
    this.filled = new Float64Array(count);
    this.partOf = new Int32Array(count);
  }

  /** Makes this store, which has as many entries and parts, the same as another is now. */
  copyFrom(other: EntryStore): void {
    this.used.set(other.used);
    this.entries.set(other.entries);
    this.newer.set(other.newer);
    this.older.set(other.older);
    this.later.set(other.later);
    this.sooner.set(other.sooner);
    this.expires.set(other.expires);
    this.filled.set(other.filled);
    this.partOf.set(other.partOf);
    this.usedInAll = other.usedInAll;
    this.evicted = other.evicted;
    this.expired = other.expired;
  }

  /** Is the entry there and young enough? Leaves it as it is. */
  has(entry: number, now: number): boolean {
    return this.newer[entry] !== -1 && now < this.expires[entry]!;
  }

  /** The same, and marks it as used. */
  use(entry: number, now: number): boolean {
    this.expire(now);
    if (this.newer[entry] === -1) return false;
    this.moveToNewest(entry);
    return true;
  }

  /** Stores an entry of that size in a part, or replaces it there; what does not fit pushes others out. */
  put(entry: number, part: number, sizeBytes: number, now: number, lasting: boolean): void {
    this.expire(now);
    if (this.newer[entry] !== -1) this.remove(entry);
    this.partOf[entry] = part;
    this.filled[entry] = sizeBytes * this.weightOf(entry);
    this.used[part]! += this.filled[entry]!;
    this.usedInAll += this.filled[entry]!;
    this.entries[part]! += this.weightOf(entry);
    this.linkNewest(entry, part);
    if (lasting || this.ttlNs === Infinity) this.expires[entry] = Infinity;
    else this.linkLatest(entry, now);
    while (this.used[part]! > this.capacityBytes) {
      const oldest = this.newer[this.count + part]!;
      this.evicted += this.weightOf(oldest);
      this.remove(oldest);
    }
  }

  /** Gives an entry that is there its full time to live again. */
  renew(entry: number, now: number): void {
    if (this.later[entry] === -1) return;
    this.unlinkExpiry(entry);
    this.linkLatest(entry, now);
  }

  /** Forgets all entries of a part. */
  clear(part: number): void {
    const end = this.count + part;
    while (this.newer[end] !== end) this.remove(this.newer[end]!);
  }

  /** Forgets one entry, if it is there. */
  drop(entry: number): void {
    if (this.newer[entry] !== -1) this.remove(entry);
  }

  /** Removes what is too old. */
  expire(now: number): void {
    for (let first = this.later[this.count]!; first !== this.count; first = this.later[this.count]!) {
      if (now < this.expires[first]!) return;
      this.expired += this.weightOf(first);
      this.remove(first);
    }
  }

  private remove(entry: number): void {
    const part = this.partOf[entry]!;
    this.used[part]! -= this.filled[entry]!;
    this.usedInAll -= this.filled[entry]!;
    this.entries[part]! -= this.weightOf(entry);
    const newer = this.newer[entry]!;
    const older = this.older[entry]!;
    this.newer[older] = newer;
    this.older[newer] = older;
    this.newer[entry] = -1;
    if (this.later[entry] !== -1) this.unlinkExpiry(entry);
  }

  private moveToNewest(entry: number): void {
    const newer = this.newer[entry]!;
    const older = this.older[entry]!;
    this.newer[older] = newer;
    this.older[newer] = older;
    this.linkNewest(entry, this.partOf[entry]!);
  }

  private linkNewest(entry: number, part: number): void {
    const end = this.count + part;
    const newest = this.older[end]!;
    this.newer[newest] = entry;
    this.older[entry] = newest;
    this.newer[entry] = end;
    this.older[end] = entry;
  }

  private linkLatest(entry: number, now: number): void {
    const end = this.count;
    const latest = this.sooner[end]!;
    this.later[latest] = entry;
    this.sooner[entry] = latest;
    this.later[entry] = end;
    this.sooner[end] = entry;
    this.expires[entry] = now + this.ttlNs;
  }

  private unlinkExpiry(entry: number): void {
    const later = this.later[entry]!;
    const sooner = this.sooner[entry]!;
    this.later[sooner] = later;
    this.sooner[later] = sooner;
    this.later[entry] = -1;
  }
}
