/**
 * Contents of a cache, key by key: least recently used out first, and no entry older than its time
 * to live (from when it was stored). Keys are 0 to keyCount-1; every operation takes constant time.
 */
export class KeyedCache {
  /** Neighbours of each stored key in the order of use; slot `keyCount` is the list's head and tail. */
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private readonly expires: Float64Array;
  private readonly end: number;
  size = 0;

  constructor(
    keyCount: number,
    private readonly capacity: number,
    private readonly ttlNs: number,
  ) {
    this.end = keyCount;
    this.newer = new Int32Array(keyCount + 1).fill(-1);
    this.older = new Int32Array(keyCount + 1).fill(-1);
    this.expires = new Float64Array(keyCount);
    this.newer[this.end] = this.end;
    this.older[this.end] = this.end;
  }

  /** Is the key there and young enough? Marks it as used. */
  get(key: number, now: number): boolean {
    if (this.newer[key] === -1) return false;
    this.unlink(key);
    if (now >= this.expires[key]!) return false;
    this.linkNewest(key);
    return true;
  }

  put(key: number, now: number): void {
    if (this.newer[key] !== -1) this.unlink(key);
    else if (this.size === this.capacity) this.unlink(this.newer[this.end]!);
    this.expires[key] = now + this.ttlNs;
    this.linkNewest(key);
  }

  private linkNewest(key: number): void {
    const newest = this.older[this.end]!;
    this.newer[newest] = key;
    this.older[key] = newest;
    this.newer[key] = this.end;
    this.older[this.end] = key;
    this.size++;
  }

  private unlink(key: number): void {
    const newer = this.newer[key]!;
    const older = this.older[key]!;
    this.newer[older] = newer;
    this.older[newer] = older;
    this.newer[key] = -1;
    this.size--;
  }
}
