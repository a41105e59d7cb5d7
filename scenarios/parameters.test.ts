import { describe, expect, it } from 'vitest';
import { applySet, checkScenario, findBuiltin, InputError, parametersOf, scaleParameter } from './index.ts';
import type { Parameter, Scenario } from './index.ts';

const scenarioOf = (document: unknown): Scenario => checkScenario(document, { find: findBuiltin }).scenario;

/** The only parameter of a design of one service with this configuration that has the name. */
function parameterOf(config: object, name: string): Parameter {
  const scenario = scenarioOf({
    format: 'fanout-lab/scenario',
    version: 1,
    id: 'one',
    design: {
      nodes: [
        { id: 'client', kind: 'Client', config: { arrivals: { process: 'poisson', ratePerSecond: 10 } } },
        { id: 'server', kind: 'Service', config },
        { id: 'cache', kind: 'Cache', config: { hitRatio: 0.9 } },
        { id: 'store', kind: 'Database' },
      ],
      edges: [
        { source: 'client', target: 'server', config: { retries: { max: 3 } } },
        { source: 'server', target: 'cache' },
        { source: 'cache', target: 'store' },
      ],
    },
  });
  const [found, ...others] = parametersOf(scenario).filter(({ path }) => path === name);
  expect(others).toEqual([]);
  return found!;
}

/** What a design holds at a path of `parametersOf`. */
function valueAt({ design }: Scenario, { path, owner }: Parameter): unknown {
  const { config } = [...design.nodes, ...design.edges].find(({ id }) => id === owner)!;
  return path
    .slice(owner.length + 1)
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], config);
}

describe('a parameter times a factor', () => {
  it.each([
    [{ servers: 100 }, 'server.servers', 1.25, 125],
    [{ servers: 3 }, 'server.servers', 1.25, 4],
    [{ servers: 2 }, 'server.servers', 0.8, 1],
    [{ servers: 1 }, 'server.servers', 0.8, null],
    [{ servers: 1_000_000 }, 'server.servers', 1.25, null],
    [{ servers: 900_000 }, 'server.servers', 1.25, 1_000_000],
    [{}, 'cache.hitRatio', 1.25, 0.92],
    [{}, 'cache.hitRatio', 0.8, 0.875],
    [{}, 'client->server.retries.max', 1.25, 4],
    [{}, 'client->server.retries.backoffMs', 0.8, 80],
  ])('of %j: %s x %d is %s', (config, path, factor, to) => {
    expect(scaleParameter(parameterOf(config, path), factor)?.to ?? null).toBe(to);
  });

  it.each([
    [{ distribution: 'constant', ms: 2 }, { ms: 2.5 }],
    [
      { distribution: 'lognormal', p50Ms: 4, p99Ms: 40 },
      { p50Ms: 5, p99Ms: 50 },
    ],
    [
      { distribution: 'hyperexponential', meanMs: 2, cv: 3 },
      { meanMs: 2.5, cv: 3 },
    ],
    [
      { distribution: 'erlang', meanMs: 2, k: 3 },
      { meanMs: 2.5, k: 3 },
    ],
    [
      { distribution: 'uniform', minMs: 0, maxMs: 4 },
      { minMs: 0, maxMs: 5 },
    ],
    [
      {
        distribution: 'empirical',
        quantiles: [
          [0, 0],
          [1, 8],
        ],
      },
      {
        quantiles: [
          [0, 0],
          [1, 10],
        ],
      },
    ],
  ])('multiplies every time of %j', (serviceTime, expected) => {
    const scaled = scaleParameter(parameterOf({ serviceTime }, 'server.serviceTime'), 1.25);
    expect(scaled!.set['server.serviceTime']).toEqual({ ...serviceTime, ...expected });
  });

  it('is nothing for what is off, zero, or the workload', () => {
    const config = { queueCapacity: null, serviceTime: { distribution: 'constant', ms: 0 } };
    for (const name of ['server.queueCapacity', 'server.serviceTime', 'client.arrivals.ratePerSecond'])
      expect(parameterOf(config, name)).toBeUndefined();
  });
});

/** Between them they have every kind of the published designs. */
describe.each(['instagram-v1', 'instagram-v2'])('every parameter of %s', (id) => {
  const scenario = scenarioOf(findBuiltin(id));

  it('is what its path leads to, and can be another, or the rules say why not', () => {
    for (const parameter of parametersOf(scenario)) {
      const now = valueAt(scenario, parameter);
      const { range, value } = parameter;
      expect(now, parameter.path).toEqual(range.type === 'number' ? value : range.distribution);
      for (const factor of [1.25, 0.8]) {
        const scaled = scaleParameter(parameter, factor);
        if (scaled === null) continue;
        expect(scaled.to > parameter.value, parameter.path).toBe(factor > 1);
        try {
          const changed = valueAt(applySet(scenario, scaled.set), parameter);
          expect(changed, parameter.path).toEqual(Object.values(scaled.set)[0]);
        } catch (error) {
          expect(error, parameter.path).toBeInstanceOf(InputError);
        }
      }
    }
  });
});
