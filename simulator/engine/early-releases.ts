import type { Memory } from './memory.ts';

/**
 * Releases of held servers that are known before their time.
 *
 * Who holds a server until `t` and touches nothing shared before then need not come back at `t`: the
 * server's busy time is counted at once, and only who finds no free server has to ask which of these
 * releases are due. An entry leaves its station's list when that is asked, or when the list is full. Near
 * the capacity, and while anybody waits, releases are events again.
 *
 * By station a row of 16 bytes (int32: entries, room for entries, their address) and entries of 24 bytes:
 * time of the release, start of the request (float64), key of the frame (int32); the latter two say which
 * comes first at one instant, as in pending.ts.
 */
export class EarlyReleases {
  /** Address of the rows, bytes. */
  readonly at: number;
  private rows!: Int32Array;
  /** The entries of all stations, and where those of each begin. */
  private times!: Float64Array;
  private keys!: Int32Array;
  private readonly first: Int32Array;

  /** @param servers By station; 0: it takes no entries. */
  constructor(memory: Memory, servers: readonly number[]) {
    this.first = new Int32Array(servers.length);
    const rooms = servers.map((count) => Math.min(count, LARGEST));
    const room = rooms.reduce((sum, count) => sum + count, 0);
    const entries = memory.allocate(room * ENTRY_BYTES);
    memory.bind(() => {
      this.times = memory.float64(entries, room * ENTRY_DOUBLES);
      this.keys = memory.int32(entries, room * ENTRY_WORDS);
    });
    this.at = memory.int32Table(servers.length * ROW_WORDS, (v) => (this.rows = v));
    let first = 0;
    rooms.forEach((count, station) => {
      this.first[station] = first;
      this.rows.set([0, count, entries + first * ENTRY_BYTES], station * ROW_WORDS);
      first += count;
    });
  }

  /** Entries of a station: servers that may still be held. */
  count(station: number): number {
    return this.rows[station * ROW_WORDS]!;
  }

  /**
   * Is there room for one more, with that many servers of the station held otherwise, the one to be released
   * included? Drops entries that are due at `now`, if there is none.
   */
  hasRoom(station: number, occupied: number, capacity: number, now: number): boolean {
    if (this.mayAdd(station, occupied, capacity)) return true;
    this.drop(station, (time) => time < now);
    return this.mayAdd(station, occupied, capacity);
  }

  /** After `hasRoom`. */
  add(station: number, time: number, start: number, key0: number): void {
    const entry = this.first[station]! + this.rows[station * ROW_WORDS]!++;
    this.times[entry * ENTRY_DOUBLES] = time;
    this.times[entry * ENTRY_DOUBLES + 1] = start;
    this.keys[entry * ENTRY_WORDS + 4] = key0;
  }

  /** Drops the entries that come before the event of a request at `now`. */
  settle(station: number, now: number, start: number, key0: number): void {
    this.drop(
      station,
      (time, otherStart, otherKey) =>
        time < now || (time === now && (otherStart < start || (otherStart === start && otherKey < key0))),
    );
  }

  isNearCapacity(station: number, occupied: number, capacity: number): boolean {
    return occupied + this.count(station) > capacity - Math.max(1, capacity >> 3);
  }

  /** Takes all entries out. */
  recall(station: number): readonly EarlyRelease[] {
    const { times, keys } = this;
    const first = this.first[station]!;
    const entries = Array.from({ length: this.count(station) }, (_, i) => ({
      time: times[(first + i) * ENTRY_DOUBLES]!,
      start: times[(first + i) * ENTRY_DOUBLES + 1]!,
      key0: keys[(first + i) * ENTRY_WORDS + 4]!,
    }));
    this.rows[station * ROW_WORDS] = 0;
    return entries;
  }

  private mayAdd(station: number, occupied: number, capacity: number): boolean {
    const row = station * ROW_WORDS;
    return this.rows[row]! < this.rows[row + 1]! && !this.isNearCapacity(station, occupied, capacity);
  }

  private drop(station: number, isDue: (time: number, start: number, key0: number) => boolean): void {
    const { times, keys } = this;
    const first = this.first[station]!;
    const end = first + this.count(station);
    let kept = first;
    for (let i = first; i < end; i++) {
      const time = times[i * ENTRY_DOUBLES]!;
      const start = times[i * ENTRY_DOUBLES + 1]!;
      const key0 = keys[i * ENTRY_WORDS + 4]!;
      if (isDue(time, start, key0)) continue;
      times[kept * ENTRY_DOUBLES] = time;
      times[kept * ENTRY_DOUBLES + 1] = start;
      keys[kept * ENTRY_WORDS + 4] = key0;
      kept++;
    }
    this.rows[station * ROW_WORDS] = kept - first;
  }
}

interface EarlyRelease {
  readonly time: number;
  readonly start: number;
  readonly key0: number;
}

const ROW_WORDS = 4;
const ENTRY_BYTES = 24;
const ENTRY_DOUBLES = ENTRY_BYTES / 8;
const ENTRY_WORDS = ENTRY_BYTES / 4;
/** Entries of a station at most: long lists leave the cache between two entries. */
const LARGEST = 64;
