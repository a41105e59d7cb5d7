import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution } from '../../scenarios/index.ts';
import type { Component, NodeContext } from '../components/component.ts';
import { components } from '../components/index.ts';
import { resultOf, scenarioOf } from '../engine/engine.fixture.ts';
import type { ControlContext } from '../engine/native.ts';
import { activeFault } from './active-fault.ts';

/** What a Service does in these tests. */
let behaviour: Pick<Component, 'build' | 'transitions'>;

const registry = components as Record<string, Component>;
const real = components['Service']!;
beforeAll(() => {
  registry['Service'] = {
    kind: 'Service',
    build: (node) => behaviour.build(node),
    transitions: (...event) => behaviour.transitions?.(...event) ?? [],
  };
});
afterAll(() => {
  registry['Service'] = real;
});

const constant = (ms: number): Distribution => ({ distribution: 'constant', ms });
const design = (timesMs: readonly number[], timeline: readonly object[], edge: object = {}) =>
  scenarioOf({
    nodes: [
      { id: 'client', kind: 'Client', config: { flow: 'work', arrivals: { process: 'trace', timesMs } } },
      { id: 'server', kind: 'Service' },
    ],
    edges: [{ source: 'client', target: 'server', config: edge }],
    timeline,
    durationSeconds: 10,
  });

describe('transitions', () => {
  const fault = {
    id: 'fault',
    kind: 'slow-node',
    target: 'server',
    atSeconds: 1,
    durationSeconds: 2,
    factor: 1,
  };
  let seen: string[];
  beforeEach(() => {
    seen = [];
    behaviour = {
      transitions: (entry) => (entry.kind === 'slow-node' ? [0.7, 3.5] : []),
      build: (node) => {
        const there = activeFault(node, 'slow-node');
        seen.push(
          there === null
            ? '-'
            : `${there.transition} ${there.elapsedSeconds} ${there.ended ? 'ended' : 'lasts'}`,
        );
        const ms = there === null ? 1 : 10 * (1 + there.transition) + (there.ended ? 5 : 0);
        return { operations: { read: (p) => p.delay(constant(ms)), write: (p) => p.delay(constant(ms)) } };
      },
    };
  });

  it('compile the node anew at the start, at each transition, at the end, and until the last effect is over', () => {
    const times = [500, 1500, 2000, 3200, 4600];
    const { latencyMs } = resultOf(design(times, [fault])).flows['work']!;
    // Designs are compiled once before, to learn which capacities change.
    expect(seen.slice(-5)).toEqual(['-', '0 0 lasts', '1 0.7 lasts', '1 2 ended', '-']);
    expect(latencyMs).toMatchObject({ count: 5, max: 25 });
    expect(latencyMs.mean).toBeCloseTo((1 + 10 + 20 + 25 + 1) / 5, 9);
  });

  it('let a fault without a duration last to the end', () => {
    const { latencyMs } = resultOf(design([9000], [{ ...fault, durationSeconds: null }])).flows['work']!;
    expect(seen.at(-1)).toBe('2 3.5 lasts');
    expect(latencyMs.max).toBe(30);
  });

  it('of another target are none of the node’s concern', () => {
    const elsewhere = {
      id: 'cut',
      kind: 'network-partition',
      target: 'client->server',
      atSeconds: 1,
      durationSeconds: 1,
    };
    resultOf(design([500], [elsewhere], { timeoutMs: 5 }));
    expect(new Set(seen)).toEqual(new Set(['-']));
  });
});

describe('a control loop', () => {
  /** Serves on elastic servers, 100 ms each, and does what the loop says every 0.5 s. */
  const serveAndWatch = (
    watch: (
      node: NodeContext,
      run: ControlContext,
      group: ReturnType<NodeContext['stations']>,
      done: number,
    ) => void,
  ): void => {
    behaviour = {
      build: (node) => {
        const group = node.stations('pool', { servers: 1, counts: 'servers', elastic: true });
        const done = node.counter('done', 'count');
        node.every(0.5, 'watch', (run) => () => watch(node, run, group, done));
        const serve = (p: Parameters<ReturnType<Component['build']>['operations'][string]>[0]): void => {
          p.visit(group, constant(100)).count(done);
        };
        return { operations: { read: serve, write: serve } };
      },
    };
  };
  const four = [100, 100, 100, 100];

  it('turns on the grid of its period, and sees what there was since its previous turn', () => {
    const log: number[][] = [];
    serveAndWatch((_node, run, group, done) => {
      if (log.length < 3)
        log.push([run.now() / 1e6, run.busyRatio(group), run.queueLength(group), run.counterSince(done)]);
    });
    resultOf(design([...four, 450, 450, 450], []));
    // Four jobs from 100 to 500 ms, when the last is just ending, three more until 800.
    expect(log).toEqual([
      [500, 0.8, 3, 3],
      [1000, 0.6, 0, 4],
      [1500, 0, 0, 0],
    ]);
  });

  it('changes the servers of an elastic group, for those who wait at once', () => {
    serveAndWatch((_node, run, group) => {
      if (run.now() === 0.5e9) run.setServers(group, 4);
    });
    const { latencyMs } = resultOf(design([450, 450, 450, 450], [])).flows['work']!;
    // One is served from 450 ms on, the three others from 500 ms.
    expect(latencyMs).toMatchObject({ count: 4, max: 150 });
    expect(latencyMs.mean).toBe((100 + 3 * 150) / 4);
  });

  it('keeps what it set, and its period, over a change of the design that is not about it', () => {
    const turns: number[] = [];
    serveAndWatch((_node, run, group) => {
      turns.push(run.now() / 1e6);
      if (run.now() === 0.5e9) run.setServers(group, 2);
    });
    const slow = { id: 'slow', kind: 'slow-node', target: 'server', instance: 0, atSeconds: 0.8, factor: 2 };
    const { latencyMs } = resultOf(design([900, 900], [slow])).flows['work']!;
    expect(turns.slice(0, 4)).toEqual([500, 1000, 1500, 2000]);
    expect(latencyMs).toMatchObject({ count: 2, max: 200 });
  });
});
