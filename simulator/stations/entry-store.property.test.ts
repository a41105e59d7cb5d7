import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryStore } from './entry-store.ts';

/** The same by a list, oldest use first: the plain form that the store is held to. */
class PlainStore {
  entries: { entry: number; part: number; bytes: number; expires: number }[] = [];
  constructor(
    readonly capacity: number,
    readonly ttl: number,
    readonly weightOf: (entry: number) => number,
  ) {}
  use(entry: number, now: number): boolean {
    this.entries = this.entries.filter((e) => now < e.expires);
    const found = this.entries.find((e) => e.entry === entry);
    if (found !== undefined) this.entries = [...this.entries.filter((e) => e !== found), found];
    return found !== undefined;
  }
  put(entry: number, part: number, size: number, now: number, lasting: boolean): void {
    const bytes = size * this.weightOf(entry);
    const expires = lasting ? Infinity : now + this.ttl;
    this.entries = this.entries.filter((e) => now < e.expires && e.entry !== entry);
    this.entries.push({ entry, part, bytes, expires });
    while (this.used(part) > this.capacity)
      this.entries.splice(
        this.entries.findIndex((e) => e.part === part),
        1,
      );
  }
  renew(entry: number, now: number): void {
    const found = this.entries.find((e) => e.entry === entry);
    if (found !== undefined && found.expires < Infinity) found.expires = now + this.ttl;
  }
  clear(part: number): void {
    this.entries = this.entries.filter((e) => e.part !== part);
  }
  used(part: number): number {
    return this.entries.filter((e) => e.part === part).reduce((sum, e) => sum + e.bytes, 0);
  }
}

const step = fc.record({
  act: fc.constantFrom('use', 'use', 'put', 'put', 'put', 'renew', 'clear'),
  entry: fc.nat(7),
  part: fc.nat(1),
  size: fc.integer({ min: 1, max: 40 }),
  wait: fc.nat(5),
  lasting: fc.boolean(),
});

it('does what a plain list does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const weight = (entry: number): number => 1 + (entry % 3);
      const store = new EntryStore(8, 2, 100, 50, weight);
      const plain = new PlainStore(100, 50, weight);
      let now = 0;
      for (const { act, entry, part, size, wait, lasting } of steps) {
        now += wait;
        if (act === 'use') expect(store.use(entry, now)).toBe(plain.use(entry, now));
        else if (act === 'put') {
          store.put(entry, part, size, now, lasting);
          plain.put(entry, part, size, now, lasting);
        } else if (act === 'clear') {
          store.clear(part);
          plain.clear(part);
        } else {
          store.expire(now);
          plain.use(-1, now);
          store.renew(entry, now);
          plain.renew(entry, now);
        }
        for (const p of [0, 1]) expect(store.used[p]).toBe(plain.used(p));
        for (let e = 0; e < 8; e++)
          expect(store.has(e, now)).toBe(plain.entries.some((x) => x.entry === e && now < x.expires));
      }
    }),
    { numRuns: 200 },
  );
});
