import { describe, expect, it } from 'vitest';
import { partsOf } from './fact-parts.ts';

describe('a fact that names nodes', () => {
  it('is cut at whole ids, the longest first, whatever their first letter', () => {
    const parts = partsOf('Feed-cache shard 3 refused; calls of feed to feed-cache-db (feeds) timed out', [
      'feed',
      'feed-cache',
      'feed-cache-db',
    ]);
    expect(parts.map(({ text }) => text).join('')).toBe(
      'Feed-cache shard 3 refused; calls of feed to feed-cache-db (feeds) timed out',
    );
    expect(parts.flatMap(({ node }) => node ?? [])).toEqual(['feed-cache', 'feed', 'feed-cache-db']);
  });
  it('is whole where there is none', () => {
    expect(partsOf('All is well', [])).toEqual([{ text: 'All is well', node: null }]);
    expect(partsOf('All is well', ['cdn'])).toEqual([{ text: 'All is well', node: null }]);
  });
});
