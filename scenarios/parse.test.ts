import { describe, expect, it } from 'vitest';
import { applySet, checkScenario, findBuiltin, InputError, parseScenario } from './index.ts';
import type { Scenario } from './index.ts';

const options = { find: findBuiltin };
const mm1 = () => checkScenario(findBuiltin('mm1'), options).scenario;

/** A file that extends mm1, with more members. */
const file = (design: object, members: object = {}): unknown => ({
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'mine',
  design,
  ...members,
});
const resolved = (design: object, members: object = {}): Scenario =>
  checkScenario(file(design, members), options).scenario;
const config = (scenario: Scenario, id: string) =>
  scenario.design.nodes.find((node) => node.id === id)?.config;
const edge = (scenario: Scenario, id: string) => scenario.design.edges.find((other) => other.id === id);

function problems(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('no problem was found');
}

describe('defaults', () => {
  it('fills in run, population, kinds and edges', () => {
    const nodes = [
      { id: 'client', kind: 'Client' },
      { id: 'server', kind: 'Service' },
    ];
    const scenario = resolved({ nodes, edges: [{ source: 'client', target: 'server' }] });
    expect(scenario.run).toEqual({
      durationSeconds: 60,
      warmupSeconds: 5,
      seed: 42,
      maximumFrames: 8_388_608,
    });
    expect(scenario.title).toBe('mine');
    expect(scenario.population.users).toBe(500_000_000);
    expect(config(scenario, 'client')).toEqual({
      flow: 'work',
      operation: 'read',
      priority: 0,
      arrivals: { process: 'poisson', ratePerSecond: 100 },
    });
    expect(edge(scenario, 'client->server')?.config).toEqual({
      latency: null,
      timeoutMs: null,
      retries: null,
      circuitBreaker: null,
      weight: 1,
    });
  });

  it('takes the latency and the time-out of an edge from its kinds, unless the file says otherwise', () => {
    const scenario = checkScenario(findBuiltin('instagram-v2'), {
      ...options,
      set: { 'feed-service->post-db.latency': null, 'upload-service->post-db.retries.max': 2 },
    }).scenario;
    expect(edge(scenario, 'feed-service->feed-cache')?.config).toMatchObject({
      latency: { distribution: 'constant', ms: 0.2 },
      timeoutMs: 50,
    });
    expect(edge(scenario, 'feed-service->post-db')?.config.latency).toBeNull();
    expect(edge(scenario, 'feed-service->post-db')?.config.timeoutMs).not.toBeNull();
    expect(edge(scenario, 'upload-service->post-db')?.config.retries).toEqual({
      max: 2,
      backoffMs: 100,
      jitter: 1,
      budgetRatio: null,
    });
  });
});

describe('extends', () => {
  it('takes over design, population and run, but not events and expectations', () => {
    const scenario = resolved({ extends: 'whale-post' }, { run: { seed: 7 } });
    const base = checkScenario(findBuiltin('whale-post'), options).scenario;
    expect(scenario.design).toEqual(base.design);
    expect(scenario.population).toEqual(base.population);
    expect(scenario.run).toEqual({ ...base.run, seed: 7 });
    expect(scenario.timeline).toEqual([]);
    expect(scenario.expectations).toEqual([]);
  });

  it('overrides population key by key, within objects too, and replaces lists', () => {
    const base = file(
      { extends: 'mm1' },
      { population: { users: 7000, followers: { mean: 90, max: 5000 } } },
    );
    const population = { followers: { mean: 9 }, whalesPerReader: [1] };
    const { scenario } = checkScenario(file({ extends: 'base' }, { population }), {
      find: (id) => (id === 'base' ? base : findBuiltin(id)),
    });
    expect(scenario.population).toMatchObject({
      users: 7000,
      followers: { mean: 9, max: 5000 },
      whalesPerReader: [1],
    });
  });

  it('applies remove, then add, then set', () => {
    const scenario = resolved({
      extends: 'tandem',
      set: { 'second.servers': 3, 'first->second.timeoutMs': 50 },
      add: {
        nodes: [
          { id: 'second', kind: 'Service', config: { serviceTime: { distribution: 'constant', ms: 2 } } },
        ],
        edges: [{ source: 'first', target: 'second' }],
      },
      remove: ['second'],
    });
    expect(config(scenario, 'second')).toMatchObject({
      servers: 3,
      serviceTime: { distribution: 'constant', ms: 2 },
    });
    expect(edge(scenario, 'first->second')?.config.timeoutMs).toBe(50);
  });

  it('removes the edges of a removed node, and single edges', () => {
    expect(resolved({ extends: 'tandem', remove: ['second'] }).design.edges.map(({ id }) => id)).toEqual([
      'client->first',
    ]);
    expect(resolved({ extends: 'tandem', remove: ['first->second'] }).design.nodes).toHaveLength(3);
  });

  it('leaves the extended design as it was, also one that is broken', () => {
    const broken = file({
      nodes: [
        { id: 'client', kind: 'Client' },
        {
          id: 'server',
          kind: 'Service',
          config: { servers: 0, serviceTime: { distribution: 'exponential', meanMs: 1 } },
        },
      ],
      edges: [{ source: 'client', target: 'server' }],
    });
    const find = (id: string) => (id === 'broken' ? broken : findBuiltin(id));
    const set = {
      'server.servers': 2,
      'server.serviceTime.meanMs': 9,
      'client->server.timeoutMs': 5,
    };
    for (const id of ['mm1', 'broken']) {
      const before = JSON.stringify(find(id));
      checkScenario(file({ extends: id, set }), { find });
      expect(JSON.stringify(find(id))).toBe(before);
    }
  });

  it('follows a chain, and refuses a circle', () => {
    const designs: Record<string, unknown> = {
      one: file({ extends: 'mm1', set: { 'server.servers': 2 } }),
      two: file({ extends: 'one', set: { 'server.queueCapacity': 5 } }),
      a: file({ extends: 'b' }),
      b: file({ extends: 'a' }),
    };
    const find = (id: string) => designs[id] ?? findBuiltin(id);
    const { scenario } = checkScenario(file({ extends: 'two' }), { find });
    expect(config(scenario, 'server')).toMatchObject({ servers: 2, queueCapacity: 5 });
    expect(problems(() => checkScenario(file({ extends: 'a' }), { find }))).toMatchObject([
      {
        code: 'FL-extends-cycle',
        path: 'design.extends',
        message: expect.stringContaining('a -> b -> a') as string,
      },
    ]);
  });

  it('says which extended design is broken, where and how', () => {
    const broken = file({ extends: 'mm1', set: { 'server.servers': 0 } });
    const find = (id: string) => (id === 'broken' ? broken : findBuiltin(id));
    expect(problems(() => checkScenario(file({ extends: 'broken' }), { find }))).toMatchObject([
      {
        code: 'FL-extends-broken',
        path: 'design.extends',
        message: expect.stringMatching(/"broken".*`design\.set\["server\.servers"\]`.*at least 1/) as string,
      },
    ]);
    // What the broken design gets wrong can be mended from outside.
    const mended = checkScenario(file({ extends: 'broken', set: { 'server.servers': 1 } }), { find });
    expect(config(mended.scenario, 'server')).toMatchObject({ servers: 1 });
  });
});

describe('set', () => {
  it('reaches into defaults, lists, edges, the run, the population and events', () => {
    const scenario = checkScenario(findBuiltin('whale-post'), {
      ...options,
      set: {
        'feed-service.requestDemand.ms': 0.25,
        'read-client->api-gateway.circuitBreaker.openMs': 500,
        'run.durationSeconds': 33,
        'population.whales.0.followers': 5,
        'timeline.celebrity-post.readBoost': 0,
        'expectations.feeds-fail.atLeast': 0.5,
      },
    }).scenario;
    expect(config(scenario, 'feed-service')?.['requestDemand']).toEqual({
      distribution: 'constant',
      ms: 0.25,
    });
    expect(edge(scenario, 'read-client->api-gateway')?.config.circuitBreaker).toMatchObject({
      openMs: 500,
      failureRatio: 0.5,
    });
    expect(scenario.run.durationSeconds).toBe(33);
    expect(scenario.population.whales[0]?.followers).toBe(5);
    expect(scenario.timeline[0]).toMatchObject({ readBoost: 0 });
    expect(scenario.expectations.find(({ id }) => id === 'feeds-fail')?.atLeast).toBe(0.5);
  });

  it('places a problem at the key that caused it, and at a later key rather than an earlier one', () => {
    const set = { 'server.serviceTime': { distribution: 'constant', ms: 1 }, 'server.serviceTime.ms': -1 };
    expect(problems(() => applySet(mm1(), set))).toMatchObject([{ path: 'set["server.serviceTime.ms"]' }]);
    const reversed = {
      'server.serviceTime.meanMs': 4,
      'server.serviceTime': { distribution: 'exponential', meanMs: -1 },
    };
    expect(problems(() => applySet(mm1(), reversed))).toMatchObject([
      { path: 'set["server.serviceTime"].meanMs' },
    ]);
  });

  it('places a problem of a member that it had to create at the key', () => {
    expect(problems(() => applySet(mm1(), { 'server.limits.cpu': 1 }))).toMatchObject([
      {
        code: 'FL-unknown-key',
        path: 'set["server.limits.cpu"]',
        message: expect.stringContaining('"limits"') as string,
      },
    ]);
  });

  it('does not change the scenario that it is given', () => {
    const scenario = mm1();
    const before = JSON.stringify(scenario);
    applySet(scenario, { 'server.servers': 2 });
    expect(JSON.stringify(scenario)).toBe(before);
  });
});

describe('forms', () => {
  const forms = {
    short: { run: { durationSeconds: 20 }, set: { 'server.servers': 2 } },
    reference: {
      remove: ['server'],
      add: { nodes: [{ id: 'bench', kind: 'Service' }], edges: [{ source: 'client', target: 'bench' }] },
    },
  };
  const text = JSON.stringify(file({ extends: 'mm1' }, { ...forms, run: { warmupSeconds: 1 } }));

  it('are applied only when asked for', () => {
    expect(parseScenario(text, options).scenario.run.durationSeconds).toBe(1000);
    const short = parseScenario(text, { ...options, short: true }).scenario;
    expect(short.run).toMatchObject({ durationSeconds: 20, warmupSeconds: 1 });
    expect(config(short, 'server')).toMatchObject({ servers: 2 });
    const bench = parseScenario(text, { ...options, form: 'reference' }).scenario;
    expect(bench.design.nodes.map(({ id }) => id)).toEqual(['client', 'bench']);
  });

  it('must be there when asked for', () => {
    expect(
      problems(() => checkScenario(file({ extends: 'mm1' }), { ...options, short: true })),
    ).toMatchObject([{ code: 'FL-missing', path: 'short' }]);
  });

  it('are not inherited, and whoever asks for one that the extended design has is told so', () => {
    const find = (id: string) => (id === 'base' ? { ...(JSON.parse(text) as object), id } : options.find(id));
    expect(
      problems(() => checkScenario(file({ extends: 'base' }), { ...options, find, short: true })),
    ).toMatchObject([
      { code: 'FL-missing', path: 'short', fix: expect.stringContaining('"base"') as string },
    ]);
  });

  it('come before what the caller sets', () => {
    const set = { 'run.durationSeconds': 30 };
    expect(parseScenario(text, { ...options, short: true, set }).scenario.run.durationSeconds).toBe(30);
  });
});

describe('streams', () => {
  const nodes = [
    { id: 'client', kind: 'Client' },
    { id: 'jobs', kind: 'Queue' },
    { id: 'crew', kind: 'Worker' },
    { id: 'store', kind: 'Database' },
  ];
  const read = (...edges: [string, string][]) =>
    checkScenario(file({ nodes, edges: edges.map(([source, target]) => ({ source, target })) }), options);

  it('turns an edge round that points against the work, with a note', () => {
    const drawn = {
      nodes: [...nodes, { id: 'front', kind: 'Service' }],
      edges: [
        ['client', 'front'],
        ['jobs', 'front'],
        ['jobs', 'crew'],
      ].map(([source, target]) => ({ source, target })),
    };
    const { scenario, notes } = checkScenario(file(drawn), options);
    expect(scenario.design.edges.map(({ id }) => id)).toEqual(['client->front', 'front->jobs', 'jobs->crew']);
    expect(notes).toMatchObject([{ code: 'FL-edge-turned', severity: 'note', path: 'design.edges[1]' }]);
  });

  it('takes the only edge from a consumer to a stream as its source', () => {
    const { scenario, notes } = read(['client', 'jobs'], ['crew', 'jobs'], ['crew', 'store']);
    expect(scenario.design.edges.map(({ id }) => id).sort()).toEqual([
      'client->jobs',
      'crew->store',
      'jobs->crew',
    ]);
    expect(notes).toMatchObject([{ code: 'FL-edge-turned', path: 'design.edges[1]' }]);
  });

  it('allows a cycle through a queue', () => {
    const { scenario, notes } = read(['client', 'jobs'], ['jobs', 'crew'], ['crew', 'jobs']);
    expect(scenario.design.edges).toHaveLength(3);
    expect(notes).toEqual([]);
  });
});

describe('events', () => {
  it('gives a whale post the followers of its author', () => {
    const timeline = [{ id: 'post', kind: 'whale-post', atSeconds: 10, author: 'star' }];
    const population = { whales: [{ id: 'star', followers: 12_345_678 }] };
    expect(resolved({ extends: 'instagram-v2' }, { timeline, population }).timeline).toEqual([
      {
        id: 'post',
        kind: 'whale-post',
        atSeconds: 10,
        durationSeconds: null,
        author: 'star',
        followers: 12_345_678,
        readBoost: 4,
        halfLifeSeconds: 30,
        likesPerSecond: 0,
      },
    ]);
  });

  it('checks changes in the order of time, each with those before it', () => {
    const at = (id: string, atSeconds: number, path: string, value: unknown) => ({
      id,
      kind: 'set',
      atSeconds,
      path,
      value,
    });
    const constant = { distribution: 'constant', ms: 2 };
    const late = at('late', 20, 'server.serviceTime.ms', 3);
    const early = at('early', 10, 'server.serviceTime', constant);
    expect(resolved({ extends: 'mm1' }, { timeline: [late, early] }).timeline.map(({ id }) => id)).toEqual([
      'late',
      'early',
    ]);
    const alone = problems(() => resolved({ extends: 'mm1' }, { timeline: [late] }));
    expect(alone).toMatchObject([{ code: 'FL-unknown-key', path: 'timeline[0].path' }]);
  });
});

it('names the file in the error, and every problem in the message', () => {
  try {
    parseScenario(JSON.stringify(file({ extends: 'mm1', set: { 'server.servers': 0, 'server.batch': 1 } })), {
      ...options,
      file: 'mine.json',
    });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).file).toBe('mine.json');
    expect((error as InputError).message).toMatch(/server\.servers[^]*server\.batch/);
  }
});
