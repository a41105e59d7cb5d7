import { describe, expect, it } from 'vitest';
import { applySet } from '../../scenarios/index.ts';
import { recordOf, scenarioOf } from '../engine/engine.fixture.ts';
import { summarize } from '../statistics/index.ts';
import { measureSensitivity, planSensitivity } from './index.ts';

const client = (id: string, flow: string, ratePerSecond: number) => ({
  id,
  kind: 'Client',
  config: { flow, arrivals: { process: 'poisson', ratePerSecond } },
});
const constant = (ms: number) => ({ distribution: 'constant', ms });
const service = (id: string, config: object) => ({ id, kind: 'Service', config });

describe('a plan', () => {
  const scenario = scenarioOf({
    nodes: [
      client('client', 'work', 100),
      client('stranger', 'other', 10),
      service('busy', { serviceTime: constant(8) }),
      service('idle', { servers: 100, serviceTime: constant(1), queueCapacity: 50 }),
      service('elsewhere', { serviceTime: constant(1) }),
    ],
    edges: [
      { source: 'client', target: 'busy', config: { timeoutMs: 60_000, retries: { max: 2 } } },
      { source: 'busy', target: 'idle', config: { timeoutMs: 2 } },
      { source: 'stranger', target: 'elsewhere' },
    ],
    durationSeconds: 20,
  });
  const plan = planSensitivity(scenario, summarize(scenario, [recordOf(scenario)]), { flow: 'work' });
  const whyOf = (path: string): string | undefined =>
    plan.leftOut.find(({ parameters }) => parameters.includes(path))?.why;
  const tried = plan.changes.map(({ parameter, to }) => `${parameter.path} ${to}`);

  it('tries what may matter, up and down', () => {
    expect(tried).toEqual([
      'busy.servers 2',
      'busy.serviceTime 10',
      'busy.serviceTime 6.4',
      'idle.queueCapacity 63',
      'idle.queueCapacity 40',
      'idle.serviceTime 1.25',
      'idle.serviceTime 0.8',
      'busy->idle.timeoutMs 2.5',
      'busy->idle.timeoutMs 1.6',
    ]);
  });

  it.each([
    ['elsewhere.serviceTime', /no request of work spent time there/],
    ['stranger->elsewhere.weight', /no request of work spent time there/],
    ['client->busy.weight', /chooses between edges/],
    ['client->busy.timeoutMs', /took as long as this time-out/],
    ['client->busy.retries.max', /no request failed/],
    ['idle.servers', /at most 30 % was in use and nobody waited/],
  ])('leaves %s out with its reason', (path, why) => {
    expect(whyOf(path)).toMatch(why);
  });

  it('has every parameter in one place', () => {
    const places = [
      ...new Set(plan.changes.map(({ parameter }) => parameter.path)),
      ...plan.leftOut.flatMap(({ parameters }) => parameters),
    ];
    expect(places).toHaveLength(plan.parameters);
    expect(new Set(places).size).toBe(places.length);
  });
});

it('a time-out that is reached, and what is done about it, may matter', () => {
  const scenario = scenarioOf({
    nodes: [
      client('client', 'work', 90),
      service('server', { serviceTime: { distribution: 'exponential', meanMs: 10 } }),
    ],
    edges: [{ source: 'client', target: 'server', config: { timeoutMs: 40, retries: { max: 2 } } }],
    durationSeconds: 10,
  });
  const plan = planSensitivity(scenario, summarize(scenario, [recordOf(scenario)]), { flow: 'work' });
  const paths = new Set(plan.changes.map(({ parameter }) => parameter.path));
  for (const name of ['timeoutMs', 'retries.max', 'retries.backoffMs'])
    expect(paths).toContain(`client->server.${name}`);
});

it('a change with which nothing can be compared is no change of the p99', async () => {
  const scenario = scenarioOf({
    nodes: [client('client', 'work', 50), service('server', { servers: 1, serviceTime: constant(2) })],
    edges: [{ source: 'client', target: 'server' }],
    durationSeconds: 2,
  });
  const plan = planSensitivity(scenario, summarize(scenario, [recordOf(scenario)]), { flow: 'work' });
  const refused = plan.changes.find(({ to }) => to === 2.5)!;
  const found = await measureSensitivity(plan, {
    pairs: 2,
    run: (jobs, onRecord) => {
      jobs.forEach((job, i) =>
        onRecord(
          i,
          job.set === refused.set ? null : recordOf(applySet(scenario, job.set), undefined, job.seed),
        ),
      );
      return Promise.resolve();
    },
  });
  expect(found.changes.map(({ to }) => to)).not.toContain(2.5);
  expect(found.leftOut.at(-1)!).toEqual({
    why: expect.stringContaining('nothing to compare') as string,
    parameters: ['server.serviceTime'],
  });
});
