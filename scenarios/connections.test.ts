import { describe, expect, it } from 'vitest';
import { connect, findKind, kinds, pointsAgainstWork } from './index.ts';

const names = Object.keys(kinds);
const pairs = names.flatMap((source) => names.map((target) => [source, target] as const));

describe('every pair of kinds', () => {
  it.each(pairs)('%s -> %s has a purpose or a reason, in one sentence', (source, target) => {
    const connection = connect(source, target);
    if (connection.allowed) expect(connection.purpose).toMatch(/^[a-z][^.]*[^.\s]$/);
    else {
      expect(connection.code).toBe('FL-wiring');
      expect(connection.reason).toMatch(/^[A-Z][^\n]*\.$/);
    }
  });
});

describe('the rules of a kind', () => {
  it.each(names)('%s names only kinds that exist', (name) => {
    const kind = findKind(name)!;
    const named = [
      ...Object.keys(kind.targets),
      ...Object.keys(kind.refusals ?? {}),
      ...Object.keys(kind.edgeDefaults ?? {}),
      ...(kind.needs ?? []).flatMap(({ kinds: needed }) => needed),
    ];
    expect(named.filter((other) => findKind(other) === undefined)).toEqual([]);
  });

  it.each(names)('%s refuses nothing that it allows', (name) => {
    const { targets, refusals, edgeDefaults } = findKind(name)!;
    expect(Object.keys(refusals ?? {}).filter((other) => other in targets)).toEqual([]);
    expect(Object.keys(edgeDefaults ?? {}).filter((other) => !(other in targets))).toEqual([]);
  });

  it.each(names)('%s needs only neighbours that it can have', (name) => {
    for (const { side, kinds: needed } of findKind(name)!.needs ?? []) {
      for (const other of needed) {
        const [source, target] = side === 'target' ? [name, other] : [other, name];
        expect([source, target, connect(source, target).allowed]).toEqual([source, target, true]);
      }
    }
  });
});

it('knows an edge that points against the work', () => {
  expect(pointsAgainstWork('UploadStream', 'UploadService')).toBe(true);
  expect(pointsAgainstWork('ImageWorker', 'UploadStream')).toBe(true);
  expect(pointsAgainstWork('UploadService', 'UploadStream')).toBe(false);
  expect(pointsAgainstWork('PostDB', 'FeedService')).toBe(false);
});

it('refuses names that are no kinds', () => {
  for (const name of ['Nothing', 'toString', '__proto__']) {
    expect(connect('Client', name)).toMatchObject({ allowed: false, code: 'FL-unknown-kind' });
  }
});
