import { describe, expect, it } from 'vitest';
import type { InputError } from '../../scenarios/index.ts';
import { builtins, checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { readEndpoints } from '../endpoints/index.ts';
import { realForms, unreproducibleFaults } from '../faults/index.ts';
import { settingsFrom } from '../contract/index.ts';
import { replay } from './replay.ts';
import { unreproducibleDesign } from './reproducible.ts';
import { settingsOf } from './settings.ts';

const nothingManaged = readEndpoints({});

function scenarioOf(timeline: readonly object[], set: object = {}): Scenario {
  return checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'test',
      design: { extends: 'instagram-v2', set },
      population: { users: 500, followers: { mean: 5, max: 50 } },
      timeline,
      run: { durationSeconds: 10, warmupSeconds: 0, seed: 1 },
    },
    { find: findBuiltin },
  ).scenario;
}
const event = (entry: object) => ({ id: 'event', atSeconds: 1, durationSeconds: 2, ...entry });

describe('built-in scenarios with a bench-scale form', () => {
  const forms = builtins
    .map(({ id }) => id)
    .filter((id) => (findBuiltin(id) as { readonly reference?: unknown }).reference !== undefined);

  it('are eleven', () => expect(forms).toHaveLength(11));

  it.each(forms)('%s can be replayed', (id) => {
    const { scenario } = checkScenario(findBuiltin(id), { find: findBuiltin, form: 'reference' });
    const problems = [...unreproducibleDesign(scenario), ...unreproducibleFaults(scenario, nothingManaged)];
    // A small disk needs root; all else needs nothing.
    expect(problems.filter(({ message }) => !message.includes('root'))).toEqual([]);
    expect(() => settingsFrom({ jwtSecret: 'x'.repeat(32), ...settingsOf(scenario) })).not.toThrow();
    const measured = scenario.expectations.every(({ metric }) => metric.startsWith('flows.'));
    expect(measured).toBe(true);
  });
});

describe('what real parts cannot do', () => {
  it.each([
    ['zone-loss', event({ kind: 'zone-loss' })],
    ['set', event({ kind: 'set', path: 'feed-service.instances', value: 3 })],
    ['an empty replica', event({ kind: 'redis-node-loss', target: 'feed-cache', replica: 'empty' })],
    ['a second fleet', event({ kind: 'deploy', target: 'feed-service', strategy: 'blue-green' })],
    ['a cut behind a balancer', event({ kind: 'network-partition', target: 'read-lb->feed-service' })],
  ])('%s', (_, entry) => {
    expect(unreproducibleFaults(scenarioOf([entry]), nothingManaged)).toMatchObject([
      { code: 'FL-not-reproducible', path: 'timeline[0]' },
    ]);
  });

  it('faults of parts that somebody else started', () => {
    const managed = readEndpoints({ FANOUT_LAB_KAFKA_URL: 'kafka://127.0.0.1:9092' });
    const outage = scenarioOf([event({ kind: 'kafka-outage' })]);
    expect(unreproducibleFaults(outage, managed)).toMatchObject([{ code: 'FL-external' }]);
    expect(unreproducibleFaults(outage, nothingManaged)).toEqual([]);
    const spike = scenarioOf([event({ kind: 'traffic-spike', target: 'read-client', multiplier: 2 })]);
    expect(unreproducibleFaults(spike, managed)).toEqual([]);
  });

  it.each([
    ['feed-service.whaleCache', 'redis'],
    ['upload-service.outbox', false],
    ['post-db.engine', 'postgresql'],
    ['read-client.feedRead', { process: 'closed', users: 5, thinkTime: { distribution: 'constant', ms: 5 } }],
  ])('%s %o', (path, value) => {
    expect(unreproducibleDesign(scenarioOf([], { [path]: value }))).toMatchObject([
      { code: 'FL-not-reproducible' },
    ]);
  });

  it('generic designs, and populations of millions', () => {
    const mm1 = checkScenario(findBuiltin('mm1'), { find: findBuiltin }).scenario;
    expect(unreproducibleDesign(mm1).map(({ code }) => code)).toContain('FL-not-reproducible');
    const full = checkScenario(findBuiltin('instagram-v2'), { find: findBuiltin }).scenario;
    expect(unreproducibleDesign(full)).toMatchObject([{ path: 'population.users' }]);
  });
});

it('has a word for every kind of event', () => {
  for (const { by, text } of Object.values(realForms)) expect([by, text.length > 20]).toEqual([by, true]);
});

it('refuses hosts outside of loopback before anything is started, but those that are allowed', async () => {
  const environment = { FANOUT_LAB_REDIS_URL: 'redis://cache.example:6379' };
  const problems = (allowedHosts: readonly string[]) =>
    replay(scenarioOf([event({ kind: 'zone-loss' })]), { profile: 'small', environment, allowedHosts }).then(
      () => [],
      (error: unknown) => (error as InputError).problems.map(({ code }) => code),
    );
  expect(await problems([])).toEqual(['FL-not-reproducible', 'FL-external']);
  expect(await problems(['cache.example'])).toEqual(['FL-not-reproducible']);
});
