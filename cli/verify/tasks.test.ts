import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { engineVersion, openMemory } from './memory.ts';
import { runTasks, type Task } from './tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-verify-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function verification(inputs: Readonly<Record<string, number>>, { failAt }: { failAt?: string } = {}) {
  const ran: string[] = [];
  const tasks = Object.entries(inputs).map(([id, input]): Task<number> => ({
    id,
    inputs: input,
    run: () => {
      ran.push(id);
      return id === failAt ? Promise.reject(new Error('interrupted')) : Promise.resolve(10 * input);
    },
  }));
  const go = ({ version = 'v1', all = false } = {}) =>
    runTasks(tasks, { memory: openMemory(folder, version), all, concurrency: 1, onDone: () => undefined });
  return { ran, go };
}

describe('a verification that was interrupted', () => {
  it('goes on where it was', async () => {
    const first = verification({ a: 1, b: 2, c: 3 }, { failAt: 'b' });
    await expect(first.go()).rejects.toThrow('interrupted');
    expect(first.ran).toEqual(['a', 'b']);
    const second = verification({ a: 1, b: 2, c: 3 });
    expect(await second.go()).toEqual([10, 20, 30]);
    expect(second.ran).toEqual(['b', 'c']);
  });

  it('repeats nothing but what is stale', async () => {
    await verification({ a: 1, b: 2 }).go();
    const changed = verification({ a: 1, b: 5 });
    expect(await changed.go()).toEqual([10, 50]);
    expect(changed.ran).toEqual(['b']);
    const newer = verification({ a: 1, b: 5 });
    await newer.go({ version: 'v2' });
    expect(newer.ran).toEqual(['a', 'b']);
    const all = verification({ a: 1, b: 5 });
    await all.go({ version: 'v2', all: true });
    expect(all.ran).toEqual(['a', 'b']);
  });

  it('does not trust a file that was cut off', async () => {
    await verification({ a: 1 }).go();
    writeFileSync(join(folder, 'a.json'), '{"key":');
    const again = verification({ a: 1 });
    expect(await again.go()).toEqual([10]);
    expect(again.ran).toEqual(['a']);
  });
});

describe('version of the simulator', () => {
  it('is a digest that stays while nothing changes', () => {
    expect(engineVersion()).toMatch(/^[0-9a-f]{64}$/);
    expect(engineVersion()).toBe(engineVersion());
  });
});
