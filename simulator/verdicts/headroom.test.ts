import { describe, expect, it } from 'vitest';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { recordOf, scenarioOf } from '../engine/engine.fixture.ts';
import { instagram, runOf } from '../components/instagram.fixture.ts';
import { summarize } from '../statistics/index.ts';
import { headroomOf } from './headroom.ts';

const exponential = (meanMs: number) => ({ distribution: 'exponential', meanMs });
const client = (ratePerSecond: number) => ({
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: { process: 'poisson', ratePerSecond } },
});
const chain = (ratePerSecond: number) =>
  scenarioOf({
    nodes: [
      client(ratePerSecond),
      {
        id: 'front',
        kind: 'Service',
        config: { servers: 8, serviceTime: exponential(1), holdsServerWhileCalling: false },
      },
      { id: 'back', kind: 'Service', config: { servers: 2, serviceTime: exponential(4) } },
    ],
    edges: [
      { source: 'client', target: 'front' },
      { source: 'front', target: 'back' },
    ],
    durationSeconds: 60,
  });
const measured = (ratePerSecond: number) => {
  const scenario = chain(ratePerSecond);
  return headroomOf(scenario, summarize(scenario, [recordOf(scenario, undefined, replicationSeed(1, 0))]));
};

describe('headroom', () => {
  it('is what the utilisation law says, the bottleneck first', () => {
    // 200/s x 4 ms on two servers is 40 %, 200/s x 1 ms on eight 2.5 %.
    const [first, second] = measured(200);
    expect(first).toMatchObject({ component: 'back', resource: 'servers' });
    expect(first!.headroom).toBeGreaterThan(2.3);
    expect(first!.headroom).toBeLessThan(2.7);
    expect(second).toMatchObject({ component: 'front', resource: 'servers' });
    expect(second!.headroom).toBeGreaterThan(35);
  });

  it('tells where the load can go: at that factor the bottleneck is full', () => {
    const { headroom } = measured(200)[0]!;
    expect(measured(200 * headroom * 0.95)[0]!.busy).toBeLessThan(0.999);
    expect(measured(200 * headroom * 1.1)[0]!.busy).toBeGreaterThan(0.98);
  });

  it('counts what a key was asked for, in the phase that asked most', () => {
    const parts = {
      durationSeconds: 40,
      set: { 'post-db.keyReadsPerSecond': 20, 'upload-client.photoUpload': null },
      timeline: [
        {
          id: 'post',
          atSeconds: 10,
          kind: 'whale-post',
          followers: 500_000_000,
          readBoost: 0,
          halfLifeSeconds: 10,
          likesPerSecond: 0,
        },
      ],
    };
    const [first] = headroomOf(instagram(parts), runOf(parts));
    expect(first).toMatchObject({
      component: 'post-db',
      resource: 'reads of the hottest key',
      worst: { phase: 'during:post' },
    });
    // Each of the 100 feed reads a second is a follower's.
    expect(first!.worst.busy).toBeGreaterThan(4);
    expect(first!.headroom).toBeLessThan(0.25);
  });
});
