import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeNewest, newestFirst } from './merge.ts';

// Few times and ids, so that ties and repeated posts are common. A post has one time.
const entry = fc.nat({ max: 30 }).map((n) => ({ postId: `p${n}`, createdAtMs: Math.floor(n / 3) }));
const lists = fc.array(fc.array(entry, { maxLength: 20 }), { maxLength: 5 });

it('takes each post once, none but the newest, in one order', () => {
  fc.assert(
    fc.property(lists, fc.nat({ max: 40 }), (from, count) => {
      const merged = mergeNewest(from, count);
      const ids = merged.map(({ postId }) => postId);
      const all = new Map(from.flat().map((e) => [e.postId, e]));
      expect(new Set(ids).size).toBe(ids.length);
      expect(merged.length).toBe(Math.min(count, all.size));
      for (let n = 1; n < merged.length; n++) expect(newestFirst(merged[n - 1]!, merged[n]!)).toBeLessThan(0);
      const last = merged.at(-1);
      for (const [id, left] of all)
        if (last !== undefined && !ids.includes(id)) expect(newestFirst(last, left)).toBeLessThan(0);
    }),
  );
});

it('does not depend on how posts are spread over lists', () => {
  fc.assert(
    fc.property(lists, fc.nat({ max: 40 }), (from, count) => {
      expect(mergeNewest([from.flat().reverse()], count)).toEqual(mergeNewest(from, count));
    }),
  );
});
