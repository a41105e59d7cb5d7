import { afterEach, describe, expect, it, vi } from 'vitest';
import { findBuiltin, parseScenario } from '../../scenarios/index.ts';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { compile, createRun, summarize } from '../../simulator/index.ts';
import { ReplayableError } from '../exit.ts';
import { ReplicationPool, runReplications } from './index.ts';

const mm1 = parseScenario(JSON.stringify(findBuiltin('mm1')), { find: findBuiltin }).scenario;
const scenario = { ...mm1, run: { ...mm1.run, durationSeconds: 60, warmupSeconds: 5 } };
const seed = 7;
const model = compile(scenario);
/** The class behind createRun; the door exports its type only. */
const Run = createRun(model, { seed }).constructor as { prototype: { advance: () => void } };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('replications', () => {
  it('gives the same digest from workers as one after the other', async () => {
    const replications = 5;
    const progress: number[] = [];
    const records = await runReplications(model, {
      seed,
      replications,
      onProgress: (seconds) => progress.push(seconds),
    });
    const oneByOne = Array.from({ length: replications }, (_, i) => {
      const run = createRun(model, { seed: replicationSeed(seed, i) });
      while (!run.done) run.advance({ events: 1_000 });
      return run.record();
    });
    expect(summarize(scenario, records).digest).toBe(summarize(scenario, oneByOne).digest);
    expect(progress.at(-1)).toBe(replications * scenario.run.durationSeconds);
  });

  it('uses the seed itself for replication 0', async () => {
    const alone = await runReplications(model, { seed, replications: 1, onProgress: () => undefined });
    const [first] = await runReplications(model, { seed, replications: 2, onProgress: () => undefined });
    expect(summarize(scenario, [first!]).digest).toBe(summarize(scenario, alone).digest);
  });

  it('goes on with the same workers', async () => {
    const pool = new ReplicationPool(scenario, 2);
    try {
      const first = await pool.run([1, 2, 3], () => undefined);
      const second = await pool.run([1, 2, 3], () => undefined);
      expect(summarize(scenario, second).digest).toBe(summarize(scenario, first).digest);
    } finally {
      await pool.close();
    }
  });

  it('names the seed that replays a fault of ours', async () => {
    vi.spyOn(Run.prototype, 'advance').mockImplementation(() => {
      throw new Error('an invariant does not hold');
    });
    const failure = runReplications(model, { seed, replications: 1, onProgress: () => undefined });
    await expect(failure).rejects.toThrow(ReplayableError);
    await expect(failure).rejects.toMatchObject({ seed, message: 'an invariant does not hold' });
  });
});
