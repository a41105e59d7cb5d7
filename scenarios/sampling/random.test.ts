import { describe, expect, it } from 'vitest';
import { normalQuantile } from './math.ts';
import {
  childKey0,
  childKey1,
  drawUint32,
  replicationSeed,
  rootKey0,
  rootKey1,
  sourceKey,
  streamHash,
  uniform,
} from './random.ts';

/**
 * Every check below fails by chance with probability at most 1e-6 for a perfect hash; with fewer
 * than 200 checks, the battery raises a false alarm with probability below 2e-4. The inputs are
 * fixed, so that it either always passes or never.
 */
const FALSE_ALARM = 1e-6;
const Z = normalQuantile(1 - FALSE_ALARM / 2, FALSE_ALARM / 2);

/** Upper quantile of chi-square (Wilson & Hilferty 1931). */
function chiSquareBound(degrees: number): number {
  const a = 2 / (9 * degrees);
  return degrees * (1 - a + normalQuantile(1 - FALSE_ALARM, FALSE_ALARM) * Math.sqrt(a)) ** 3;
}

function chiSquare(cells: Float64Array): number {
  const expected = cells.reduce((a, b) => a + b, 0) / cells.length;
  return cells.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

const A = 0x12345678;
const B = 0x9abcdef0;
const STREAM = streamHash('service.time');
const source = sourceKey(1, 'client');

/** Ways in which an engine steps from one draw to the next. */
const sequences: Record<string, (i: number) => number> = {
  'draw index': (i) => drawUint32(A, B, STREAM, i),
  'draw index at key zero': (i) => drawUint32(0, 0, 0, i),
  'stream number': (i) => drawUint32(A, B, i, 0),
  'first key word': (i) => drawUint32(i, B, STREAM, 0),
  'second key word': (i) => drawUint32(A, i, STREAM, 0),
  'root requests': (i) => drawUint32(rootKey0(source, i), rootKey1(source, i), STREAM, 0),
  'root requests beyond 2^32': (i) =>
    drawUint32(rootKey0(source, 2 ** 33 + i), rootKey1(source, 2 ** 33 + i), STREAM, 0),
  'root key, first word': (i) => rootKey0(source, i),
  'root key, second word': (i) => rootKey1(source, i),
  'child requests': (i) => drawUint32(childKey0(A, B, i), childKey1(A, B, i), STREAM, 0),
  'first child of root requests': (i) => {
    const key0 = rootKey0(source, i);
    const key1 = rootKey1(source, i);
    return drawUint32(childKey0(key0, key1, 0), childKey1(key0, key1, 0), STREAM, 0);
  },
  'two streams in turn': (i) =>
    drawUint32(
      rootKey0(source, i >> 1),
      rootKey1(source, i >> 1),
      i & 1 ? streamHash('a') : streamHash('b'),
      0,
    ),
  'draw indices within requests': (i) =>
    drawUint32(rootKey0(source, i >> 3), rootKey1(source, i >> 3), STREAM, i & 7),
  seeds: (i) => drawUint32(sourceKey(i, 'client').key0, sourceKey(i, 'client').key1, STREAM, 0),
};

describe.each(Object.entries(sequences))('draws along %s', (_name, draw) => {
  const N = 1 << 16;
  it.each([0, 8, 16, 24])('are evenly distributed in the byte at bit %i', (shift) => {
    const cells = new Float64Array(256);
    for (let i = 0; i < N; i++) cells[(draw(i) >>> shift) & 255]! += 1;
    expect(chiSquare(cells)).toBeLessThan(chiSquareBound(255));
  });
  it.each([1, 2, 8, 256])('are independent of the draw %i before, by pairs of leading bits', (lag) => {
    const cells = new Float64Array(256);
    for (let i = 0; i < N; i++) cells[((draw(i) >>> 28) << 4) | (draw(i + lag) >>> 28)]! += 1;
    expect(chiSquare(cells)).toBeLessThan(chiSquareBound(255));
  });
  it('have uncorrelated neighbours', () => {
    let sum = 0;
    for (let i = 0; i < N; i++) sum += (uniform(draw(i)) - 0.5) * (uniform(draw(i + 1)) - 0.5);
    expect(Math.abs(sum) / Math.sqrt(N / 144)).toBeLessThan(Z);
  });
  it('rise and fall in the six orders of three equally often', () => {
    const cells = new Float64Array(6);
    for (let i = 0; i < N; i++) {
      const [a, b, c] = [draw(3 * i), draw(3 * i + 1), draw(3 * i + 2)];
      cells[orderOf(a, b, c)]! += 1;
    }
    expect(chiSquare(cells)).toBeLessThan(chiSquareBound(5));
  });
});

function orderOf(a: number, b: number, c: number): number {
  if (a < b) return b < c ? 0 : a < c ? 1 : 2;
  return a < c ? 3 : b < c ? 4 : 5;
}

describe('avalanche', () => {
  const SAMPLES = 1 << 14;
  const inputs: Record<string, (words: number[], bit: number) => number> = {
    'first key word': ([a, b, s, i], bit) => drawUint32(a! ^ bit, b!, s!, i!),
    'second key word': ([a, b, s, i], bit) => drawUint32(a!, b! ^ bit, s!, i!),
    stream: ([a, b, s, i], bit) => drawUint32(a!, b!, s! ^ bit, i!),
    index: ([a, b, s, i], bit) => drawUint32(a!, b!, s!, i! ^ bit),
  };
  it.each(Object.entries(inputs))(
    'any bit of the %s flips any bit of the draw half of the time',
    (_n, flip) => {
      // A good 32-bit hash keeps a small known bias; 1 % leaves no trace in a simulation.
      const words = Array.from({ length: SAMPLES }, (_, n) =>
        [1, 2, 3, 4].map((stream) => drawUint32(n, 77, streamHash('avalanche'), stream)),
      );
      const flips = new Float64Array(32 * 32);
      for (const w of words) {
        const before = flip(w, 0);
        for (let bit = 0; bit < 32; bit++) {
          const changed = before ^ flip(w, 1 << bit);
          for (let out = 0; out < 32; out++) flips[bit * 32 + out]! += (changed >>> out) & 1;
        }
      }
      const worst = flips.reduce((m, f) => Math.max(m, Math.abs(f / SAMPLES - 0.5)), 0);
      // 1024 cells share the false alarm; 0.01 is the bias granted.
      const z = normalQuantile(1 - FALSE_ALARM / 2048, FALSE_ALARM / 2048);
      expect(worst).toBeLessThan(0.01 + (z * 0.5) / Math.sqrt(SAMPLES));
    },
  );
});

describe('keys', () => {
  it('of the requests of one source are all different in their first word', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 200_000; i++) seen.add(rootKey0(source, i));
    expect(seen.size).toBe(200_000);
  });
  it('differ between sources, seeds, and a parent and its children', () => {
    const keys = [
      sourceKey(1, 'a'),
      sourceKey(1, 'b'),
      sourceKey(2, 'a'),
      sourceKey(2 ** 32 + 1, 'a'),
      sourceKey(2 ** 53 - 1, 'a'),
    ].flatMap((key) => [
      `${key.key0},${key.key1}`,
      `${childKey0(key.key0, key.key1, 0)},${childKey1(key.key0, key.key1, 0)}`,
      `${childKey0(key.key0, key.key1, 1)},${childKey1(key.key0, key.key1, 1)}`,
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it('collide between many requests as rarely as random words do', () => {
    // 2^19 draws of 32 bits: Poisson with mean 2^37 / 2^32 = 32 of equal pairs.
    const N = 1 << 19;
    const draws = new Uint32Array(N);
    for (let i = 0; i < N; i++) draws[i] = drawUint32(rootKey0(source, i), rootKey1(source, i), STREAM, 1);
    draws.sort();
    let equal = 0;
    for (let i = 1; i < N; i++) if (draws[i] === draws[i - 1]) equal += 1;
    expect(Math.abs(equal - 32)).toBeLessThan(Z * Math.sqrt(32) + 3);
  });
  it('replication 0 uses the seed itself, the others are safe integers of their own', () => {
    expect(replicationSeed(42, 0)).toBe(42);
    const seeds = Array.from({ length: 1000 }, (_, r) => replicationSeed(42, r));
    expect(new Set(seeds).size).toBe(1000);
    expect(seeds.every(Number.isSafeInteger)).toBe(true);
    expect(replicationSeed(43, 1)).not.toBe(replicationSeed(42, 1));
  });
});

describe('near keys and indices, and streams of similar names', () => {
  it('share no draws', () => {
    // 16^4 = 2^16 draws of 32 bits: Poisson with mean 1/2 of equal pairs; 8 has probability 2e-7.
    const streams = Array.from({ length: 16 }, (_, i) => streamHash(`station.${i}`));
    const seen = new Set<number>();
    for (let n = 0; n < 1 << 16; n++)
      seen.add(drawUint32(n & 15, (n >> 4) & 15, streams[(n >> 8) & 15]!, n >> 12));
    expect((1 << 16) - seen.size).toBeLessThan(8);
  });
});

describe('uniform', () => {
  it('never reaches 0 or 1', () => {
    expect(uniform(0)).toBeGreaterThan(0);
    expect(uniform(0xffffffff)).toBeLessThan(1);
    expect(uniform(-1)).toBe(uniform(0xffffffff));
  });
});
