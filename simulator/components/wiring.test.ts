import { describe, expect, it } from 'vitest';
import { findBuiltin, InputError } from '../../scenarios/index.ts';
import { runOf } from './instagram.fixture.ts';

const { nodes } = (findBuiltin('instagram-v2') as { design: { nodes: { id: string }[] } }).design;
const ids = nodes.map((node) => node.id);

/** What comes of the published design without some of its nodes: figures, or a sentence. */
function without(remove: readonly string[]): string {
  try {
    const result = runOf({
      remove,
      durationSeconds: 3,
      set: { 'population.users': 5_000_000 },
      timeline:
        remove.includes('upload-client') || remove.includes('read-client')
          ? []
          : [
              {
                id: 'post',
                kind: 'whale-post',
                atSeconds: 0.5,
                followers: 1_000_000,
                readBoost: 1,
                halfLifeSeconds: 5,
                likesPerSecond: 5,
              },
            ],
    });
    for (const flow of Object.values(result.flows)) {
      const { inFlightAtStart, arrivals, completed, failed, rateLimited, inFlightAtEnd } = flow.counts;
      expect(inFlightAtStart + arrivals).toBe(completed + failed + rateLimited + inFlightAtEnd);
    }
    return 'runs';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const problem of error.problems) {
      expect(problem.code).toMatch(/^FL-/);
      expect(problem.message.length).toBeGreaterThan(20);
      expect(problem.fix.length).toBeGreaterThan(5);
    }
    return error.problems.map((problem) => problem.message).join('\n');
  }
}

describe('a design with something missing runs, or says why it cannot', () => {
  it.each(ids)('without %s', (id) => {
    without([id]);
  });
  it.each(ids)('without %s and any other', (id) => {
    for (const other of ids.slice(ids.indexOf(id) + 1)) without([id, other]);
  });
});

describe('what still runs', () => {
  it.each([
    ['no cache of feeds', ['feed-cache']],
    ['no cache of images', ['cdn']],
    ['no stream, and so no workers', ['upload-stream', 'image-worker', 'fanout-worker']],
    ['no fan-out', ['fanout-worker']],
    ['no image processing', ['image-worker']],
    ['no writers', ['upload-client']],
    ['no readers', ['read-client']],
  ])('%s', (_name, remove) => {
    expect(without(remove)).toBe('runs');
  });
});

describe('what does not, and the sentence', () => {
  it.each([
    [['post-db'], 'has no posts to read'],
    [['object-storage'], 'can neither read originals nor write variants'],
    [['upload-stream'], 'has no uploads to work on'],
    [['upload-service'], 'has nobody to publish to it'],
  ])('without %s', (remove, sentence) => {
    expect(without(remove)).toContain(sentence);
  });
});

it('more accounts than a run keeps apart are refused', () => {
  const timeline = Array.from({ length: 32 }, (_, i) => ({
    id: `post-${i}`,
    kind: 'whale-post',
    atSeconds: 0.1,
    followers: 10,
  }));
  expect(() => runOf({ durationSeconds: 1, timeline })).toThrow(/keeps 31 apart/);
});
