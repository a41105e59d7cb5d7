import { describe, expect, it } from 'vitest';
import { findBuiltin, InputError, maximumFileBytes, parseScenario } from './index.ts';
import type { ErrorCode, Problem } from './index.ts';

/**
 * Broken files, one row each: what is broken; the text, or one change of a valid file; the code, the
 * path and a part of the message. A row names every problem that is found, so that one mistake is
 * also seen to be reported once.
 */
type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
type Expected = readonly [code: ErrorCode, path: string, says: string];
type Row = readonly [what: string, text: () => string, ...problems: readonly Expected[]];

const valid = (): Json => ({
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'shop',
  title: 'A shop',
  description: '',
  design: {
    nodes: [
      { id: 'client', kind: 'Client', config: { arrivals: { process: 'poisson', ratePerSecond: 100 } } },
      { id: 'front', kind: 'Service', config: { servers: 4 } },
      { id: 'store', kind: 'Database' },
      { id: 'jobs', kind: 'Queue' },
      { id: 'crew', kind: 'Worker', config: { workers: 4 } },
    ],
    edges: [
      { source: 'client', target: 'front', config: { timeoutMs: 100 } },
      { source: 'front', target: 'store' },
      { source: 'front', target: 'jobs' },
      { source: 'jobs', target: 'crew' },
    ],
  },
  population: { users: 1000000, whales: [{ id: 'star', followers: 1000 }] },
  timeline: [
    {
      id: 'spike',
      kind: 'traffic-spike',
      atSeconds: 20,
      durationSeconds: 5,
      target: 'client',
      multiplier: 2,
    },
    { id: 'crash', kind: 'workers-crash', atSeconds: 30, durationSeconds: 5, target: 'crew' },
    { id: 'grow', kind: 'set', atSeconds: 40, path: 'front.servers', value: 8 },
  ],
  run: { durationSeconds: 60, warmupSeconds: 5, seed: 1 },
  expectations: [
    { id: 'p99', claim: 'fast', metric: 'flows.work.latencyMs.p99', atMost: 100, phase: 'during:spike' },
  ],
  short: { run: { durationSeconds: 50 } },
});

/** The text of the valid file with the member at a path replaced; undefined removes it. */
const put =
  (path: string, value: Json | undefined): (() => string) =>
  () =>
    JSON.stringify(changed(valid(), path.split('/'), value));

function changed(at: Json, [segment, ...rest]: readonly string[], value: Json | undefined): Json {
  if (segment === undefined) return value!;
  const inner = (at as { readonly [member: string]: Json })[segment];
  const next = rest.length === 0 ? value : changed(inner!, rest, value);
  if (Array.isArray(at)) return (at as Json[]).toSpliced(Number(segment), 1, next!);
  return { ...(at as object), [segment]: next! };
}

const append = (path: string, value: Json) => () => {
  const list = path.split('/').reduce((at, segment) => (at as Record<string, Json>)[segment]!, valid());
  return put(path, [...(list as Json[]), value])();
};
const raw = (text: string) => () => text;
const design = (nodes: Json, edges: Json) => put('design', { nodes, edges });
const extending = (design: Json) => () =>
  JSON.stringify({ format: 'fanout-lab/scenario', version: 1, id: 'mine', title: 'Mine', design });
const service = (id: string): Json => ({ id, kind: 'Service' });
const edge = (source: string, target: string): Json => ({ source, target });

const node0 = 'design.nodes[0]';
const config = (index: number) => `design.nodes[${index}].config`;

// prettier-ignore
const text: readonly Row[] = [
  ['an empty file', raw(''), ['FL-not-json', '', 'the file ends']],
  ['text', raw('hello'), ['FL-not-json', '', 'line 1, column 1']],
  ['a truncated file', raw('{"format":\n "fanout'), ['FL-not-json', '', 'line 2, column 9']],
  ['a missing comma', raw('{"a": 1 "b": 2}'), ['FL-not-json', '', 'a comma or `}` is expected']],
  ['a trailing comma', raw('{"a": 1,}'), ['FL-not-json', '', 'a member name in double quotes']],
  ['a missing colon', raw('{"a" 1}'), ['FL-not-json', '', 'a colon is expected']],
  ['a comment', raw('{\n  // why\n  "a": 1}'), ['FL-not-json', '', 'there is `/`']],
  ['single quotes', raw("{'a': 1}"), ['FL-not-json', '', "there is `'`"]],
  ['NaN', raw('{"a": NaN}'), ['FL-not-json', '', 'there is `NaN`']],
  ['-Infinity', raw('{"a": -Infinity}'), ['FL-not-json', '', 'there is `-Infinity`']],
  ['a leading zero', raw('{"a": 012}'), ['FL-not-json', '', 'a comma or `}` is expected']],
  ['a bad escape', raw('{"a": "\\x"}'), ['FL-not-json', '', 'begins no escape']],
  ['a line break in a text', raw('{"a": "b\nc"}'), ['FL-not-json', '', 'may not contain a line break']],
  ['two values', raw('{} {}'), ['FL-not-json', '', 'the file should end']],
  ['a member given twice', raw('{"run": {"seed": 1,\n "seed": 2}}'), ['FL-duplicate-key', 'run.seed', 'line 2']],
  ['a member given twice, escaped', raw('{"a": 1, "\\u0061": 2}'), ['FL-duplicate-key', 'a', 'there twice']],
  ['nesting of 100,000 lists', raw('['.repeat(100000)), ['FL-too-deep', '', 'more than 64 levels']],
  ['nesting of 100,000 objects', raw('{"a":'.repeat(100000) + '1' + '}'.repeat(100000)), ['FL-too-deep', '', 'more than 64 levels']],
  ['11 MiB', () => ' '.repeat(maximumFileBytes + 1), ['FL-file-too-large', '', '10.0 MiB']],
  ['a number of 1e999', put('run/seed', 7), ['FL-out-of-range', 'run.seed', 'too large to be represented']],
  ['a list', raw('[]'), ['FL-wrong-type', '', 'not a JSON object']],
  ['null', raw('null'), ['FL-wrong-type', '', 'not a JSON object']],
  ['a list of 20,000 nodes', put('design/nodes', Array<Json>(20000).fill(1)), ['FL-too-many', 'design.nodes', '20000 items']],
  [
    '200,000 values',
    put(
      'timeline',
      Array.from({ length: 50 }, () => Array.from({ length: 4000 }, () => 'x')),
    ),
    ['FL-too-many', '', 'more than 100000 values'],
  ],
  ['__proto__', raw('{"__proto__": {"polluted": true}}'), ['FL-reserved-key', '__proto__', '"__proto__"']],
  ['constructor in a configuration', put('design/nodes/1/config', { constructor: { prototype: {} } } as unknown as Json), ['FL-reserved-key', `${config(1)}.constructor`, '"constructor"']],
];

// prettier-ignore
const frame: readonly Row[] = [
  ['nothing', raw('{}'), ['FL-wrong-format', 'format', 'missing'], ['FL-wrong-format', 'version', 'missing']],
  ['a result file', put('format', 'fanout-lab/result'), ['FL-wrong-format', 'format', '"fanout-lab/result"']],
  ['version 2', put('version', 2), ['FL-wrong-format', 'version', '2']],
  ['version "1"', put('version', '1'), ['FL-wrong-format', 'version', '"1"']],
  ['no id', put('id', undefined), ['FL-missing', 'id', 'missing']],
  ['an id in capitals', put('id', 'Shop'), ['FL-bad-id', 'id', '"Shop"']],
  ['an id with a path', put('id', '../etc/passwd'), ['FL-bad-id', 'id', '"../etc/passwd"']],
  ['a title that is a number', put('title', 5), ['FL-wrong-type', 'title', 'must be a text']],
  ['a title of 300 letters', put('title', 'x'.repeat(300)), ['FL-out-of-range', 'title', '300 characters']],
  ['a misspelt member', put('timelime', []), ['FL-unknown-key', 'timelime', 'Did you mean "timeline"?']],
  ['no design', put('design', undefined), ['FL-missing', 'design', 'missing']],
  ['a design that is a list', put('design', []), ['FL-wrong-type', 'design', 'must be an object']],
  ['a design without nodes', put('design', { edges: [] }), ['FL-missing', 'design.nodes', 'missing'], ['FL-no-client', 'design.nodes', 'makes requests'], ['FL-unknown-node', 'timeline[0].target', '"client"'], ['FL-unknown-node', 'timeline[1].target', '"crew"'], ['FL-unknown-node', 'timeline[2].path', '"front"']],
  ['a timeline that is an object', put('timeline', {}), ['FL-wrong-type', 'timeline', 'must be a list'], ['FL-unknown-event', 'expectations[0].phase', '"spike"']],
];

// prettier-ignore
const nodes: readonly Row[] = [
  ['no nodes', put('design', { nodes: [], edges: [] }), ['FL-no-client', 'design.nodes', 'Nothing in the design'], ['FL-unknown-node', 'timeline[0].target', '"client"'], ['FL-unknown-node', 'timeline[1].target', '"crew"'], ['FL-unknown-node', 'timeline[2].path', '"front"']],
  ['a node that is a text', append('design/nodes', 'front'), ['FL-wrong-type', 'design.nodes[5]', 'must be an object']],
  ['a node without an id', append('design/nodes', { kind: 'Service' }), ['FL-missing', 'design.nodes[5].id', 'missing']],
  ['a node without a kind', append('design/nodes', { id: 'x' }), ['FL-missing', 'design.nodes[5].kind', 'missing']],
  ['a misspelt kind', append('design/nodes', { id: 'x', kind: 'Databse' }), ['FL-unknown-kind', 'design.nodes[5].kind', 'Did you mean "Database"?']],
  ['a kind called toString', append('design/nodes', { id: 'x', kind: 'toString' }), ['FL-unknown-kind', 'design.nodes[5].kind', '"toString"']],
  ['two nodes of one id', append('design/nodes', service('front')), ['FL-duplicate-id', 'design.nodes[5].id', '"front"']],
  ['a node called run', append('design/nodes', service('run')), ['FL-bad-id', 'design.nodes[5].id', 'paths that begin with it']],
  ['an unknown member of a node', put('design/nodes/0/colour', 'red'), ['FL-unknown-key', `${node0}.colour`, '"colour"']],
  ['a position without y', put('design/nodes/0/position', { x: 1 }), ['FL-missing', `${node0}.position.y`, 'missing']],
  [
    '1,001 nodes',
    put(
      'design/nodes',
      Array.from({ length: 1001 }, (_, i) => service(`s${i}`)),
    ),
    ['FL-too-many', 'design.nodes', 'more than 1000 nodes'],
    ...[0, 1, 2, 3].flatMap(
      (i) =>
        [
          ['FL-unknown-node', `design.edges[${i}].source`, ''],
          ['FL-unknown-node', `design.edges[${i}].target`, ''],
        ] as Expected[],
    ),
    ['FL-unknown-node', 'timeline[0].target', ''],
    ['FL-unknown-node', 'timeline[1].target', ''],
    ['FL-unknown-node', 'timeline[2].path', ''],
  ],
];

// prettier-ignore
const configuration: readonly Row[] = [
  ['zero servers', put('design/nodes/1/config/servers', 0), ['FL-out-of-range', `${config(1)}.servers`, 'is 0, and must be at least 1']],
  ['half a server', put('design/nodes/1/config/servers', 1.5), ['FL-wrong-type', `${config(1)}.servers`, 'must be a whole number']],
  ['servers in quotes', put('design/nodes/1/config/servers', '4'), ['FL-wrong-type', `${config(1)}.servers`, 'the text "4"']],
  ['1e300 servers', put('design/nodes/1/config/servers', 1e300), ['FL-out-of-range', `${config(1)}.servers`, 'must be at most']],
  ['a negative queue', put('design/nodes/1/config/queueCapacity', -1), ['FL-out-of-range', `${config(1)}.queueCapacity`, 'at least 0']],
  ['an unknown discipline', put('design/nodes/1/config/discipline', 'lifo'), ['FL-not-one-of', `${config(1)}.discipline`, '"lifo"']],
  ['a misspelt discipline', put('design/nodes/1/config/discipline', 'fifs'), ['FL-not-one-of', `${config(1)}.discipline`, 'Did you mean "fcfs"?']],
  ['a misspelt field', put('design/nodes/1/config/server', 4), ['FL-unknown-key', `${config(1)}.server`, 'Did you mean "servers"?']],
  ['a configuration that is a list', put('design/nodes/1/config', []), ['FL-wrong-type', config(1), 'must be an object']],
  ['a time that is a number', put('design/nodes/1/config/serviceTime', 5), ['FL-wrong-type', `${config(1)}.serviceTime`, 'must be an object']],
  ['an unknown distribution', put('design/nodes/1/config/serviceTime', { distribution: 'normal', meanMs: 1 }), ['FL-not-one-of', `${config(1)}.serviceTime.distribution`, '"normal"']],
  ['a distribution without a name', put('design/nodes/1/config/serviceTime', { meanMs: 1 }), ['FL-missing', `${config(1)}.serviceTime.distribution`, 'missing']],
  ['a distribution without its mean', put('design/nodes/1/config/serviceTime', { distribution: 'exponential' }), ['FL-missing', `${config(1)}.serviceTime.meanMs`, 'missing']],
  ['a negative time', put('design/nodes/1/config/serviceTime', { distribution: 'constant', ms: -1 }), ['FL-out-of-range', `${config(1)}.serviceTime.ms`, 'at least 0']],
  ['a time of a century', put('design/nodes/1/config/serviceTime', { distribution: 'constant', ms: 3e12 }), ['FL-out-of-range', `${config(1)}.serviceTime.ms`, 'at most 1000000000']],
  ['an exponential time of zero', put('design/nodes/1/config/serviceTime', { distribution: 'exponential', meanMs: 0 }), ['FL-out-of-range', `${config(1)}.serviceTime.meanMs`, 'more than 0']],
  ['an erlang of 1.5 stages', put('design/nodes/1/config/serviceTime', { distribution: 'erlang', meanMs: 1, k: 1.5 }), ['FL-wrong-type', `${config(1)}.serviceTime.k`, 'whole number']],
  ['an erlang of 0 stages', put('design/nodes/1/config/serviceTime', { distribution: 'erlang', meanMs: 1, k: 0 }), ['FL-out-of-range', `${config(1)}.serviceTime.k`, 'at least 1']],
  ['a hyperexponential cv below 1', put('design/nodes/1/config/serviceTime', { distribution: 'hyperexponential', meanMs: 1, cv: 0.5 }), ['FL-out-of-range', `${config(1)}.serviceTime.cv`, 'at least 1']],
  ['both forms of a lognormal', put('design/nodes/1/config/serviceTime', { distribution: 'lognormal', meanMs: 1, cv: 1, p50Ms: 1, p99Ms: 2 }), ['FL-either-or', `${config(1)}.serviceTime`, 'either `meanMs` and `cv`']],
  ['half a form of a lognormal', put('design/nodes/1/config/serviceTime', { distribution: 'lognormal', meanMs: 1 }), ['FL-either-or', `${config(1)}.serviceTime`, 'either `meanMs` and `cv`']],
  ['a lognormal p99 below its p50', put('design/nodes/1/config/serviceTime', { distribution: 'lognormal', p50Ms: 5, p99Ms: 4 }), ['FL-wrong-order', `${config(1)}.serviceTime.p99Ms`, 'not above']],
  ['a uniform time with min above max', put('design/nodes/1/config/serviceTime', { distribution: 'uniform', minMs: 5, maxMs: 4 }), ['FL-wrong-order', `${config(1)}.serviceTime.maxMs`, 'below `minMs`']],
  ['a pareto of infinite mean', put('design/nodes/1/config/serviceTime', { distribution: 'pareto', meanMs: 1, shape: 1 }), ['FL-out-of-range', `${config(1)}.serviceTime.shape`, 'more than 1']],
  [
    'quantiles that do not begin at 0',
    put('design/nodes/1/config/serviceTime', {
      distribution: 'empirical',
      quantiles: [
        [0.5, 1],
        [1, 2],
      ],
    }),
    ['FL-wrong-order', `${config(1)}.serviceTime.quantiles`, 'begin at 0'],
  ],
  [
    'quantiles that fall',
    put('design/nodes/1/config/serviceTime', {
      distribution: 'empirical',
      quantiles: [
        [0, 5],
        [1, 2],
      ],
    }),
    ['FL-wrong-order', `${config(1)}.serviceTime.quantiles[1]`, 'does not follow'],
  ],
  ['a quantile of one number', put('design/nodes/1/config/serviceTime', { distribution: 'empirical', quantiles: [[0, 5], [1]] }), ['FL-out-of-range', `${config(1)}.serviceTime.quantiles[1]`, '1 items']],
  ['a batch of zero', put('design/nodes/4/config/batch', 0), ['FL-out-of-range', `${config(4)}.batch`, 'at least 1']],
  ['both forms of a cache', append('design/nodes', { id: 'memo', kind: 'Cache', config: { hitRatio: 0.5, keys: {} } }), ['FL-either-or', `${config(5)}.hitRatio`, 'has both'], ['FL-missing-neighbour', 'design.nodes[5]', 'nothing to fetch a miss from']],
  ['a hit ratio of 94', append('design/nodes', { id: 'memo', kind: 'Cache', config: { hitRatio: 94 } }), ['FL-out-of-range', `${config(5)}.hitRatio`, 'at most 1'], ['FL-missing-neighbour', 'design.nodes[5]', 'nothing to fetch a miss from']],
];

const client = 'design/nodes/0/config';
// prettier-ignore
const traffic: readonly Row[] = [
  ['a rate of zero', put(`${client}/arrivals/ratePerSecond`, 0), ['FL-out-of-range', `${config(0)}.arrivals.ratePerSecond`, 'more than 0']],
  ['a negative rate', put(`${client}/arrivals/ratePerSecond`, -5), ['FL-out-of-range', `${config(0)}.arrivals.ratePerSecond`, 'more than 0']],
  ['an unknown process', put(`${client}/arrivals/process`, 'poison'), ['FL-not-one-of', `${config(0)}.arrivals.process`, 'Did you mean "poisson"?']],
  ['a member of another process', put(`${client}/arrivals/users`, 5), ['FL-unknown-key', `${config(0)}.arrivals.users`, '"users"']],
  ['a trace out of order', put(`${client}/arrivals`, { process: 'trace', timesMs: [1, 3, 2] }), ['FL-wrong-order', `${config(0)}.arrivals.timesMs[2]`, 'after one at 3']],
  ['a trace with a text', put(`${client}/arrivals`, { process: 'trace', timesMs: [1, '3'] }), ['FL-wrong-type', `${config(0)}.arrivals.timesMs[1]`, 'not a number']],
  ['a trace that is a number', put(`${client}/arrivals`, { process: 'trace', timesMs: 5 }), ['FL-wrong-type', `${config(0)}.arrivals.timesMs`, 'cannot be read']],
  ['a trace of 1,000,001 arrivals', () => put(`${client}/arrivals`, { process: 'trace', timesMs: Array.from({ length: 1000001 }, (_, i) => i) })(), ['FL-too-many', `${config(0)}.arrivals.timesMs`, '1000001 arrivals']],
  [
    'a profile that goes back',
    put(`${client}/arrivals/profile`, [
      [0, 1],
      [10, 2],
      [5, 1],
    ]),
    ['FL-wrong-order', `${config(0)}.arrivals.profile[2][0]`, 'does not follow'],
  ],
  ['both forms of a client', put(client, { flow: 'work', flows: [{ flow: 'a', arrivals: { process: 'poisson', ratePerSecond: 1 } }] }), ['FL-either-or', `${config(0)}.flow`, 'both `flows` and `flow`']],
  ['a flow listed twice', put(`${client}`, { flows: ['a', 'a'].map((flow) => ({ flow, arrivals: { process: 'poisson', ratePerSecond: 1 } })) }), ['FL-duplicate-id', `${config(0)}.flows[1].flow`, '"a" twice']],
  ['a flow with the name of a worker', put(`${client}/flow`, 'crew'), ['FL-duplicate-id', 'design.nodes[0]', '"crew" and "client" both have a flow']],
  ['a client that makes no flow', put(client, { flows: [] }), ['FL-out-of-range', `${config(0)}.flows`, '0 items']],
  ['a flow of two clients', put('design', { nodes: [{ id: 'client', kind: 'Client' }, { id: 'other', kind: 'Client' }, service('front'), { id: 'jobs', kind: 'Queue' }, { id: 'crew', kind: 'Worker', config: { workers: 4 } }], edges: [edge('client', 'front'), edge('other', 'front'), edge('front', 'jobs'), edge('jobs', 'crew')] }), ['FL-duplicate-id', 'design.nodes[1]', 'both have a flow "work"']],
];

// prettier-ignore
const wiring: readonly Row[] = [
  ['an edge to nowhere', append('design/edges', edge('front', 'stroe')), ['FL-unknown-node', 'design.edges[4].target', 'Did you mean "store"?']],
  ['an edge from nowhere', append('design/edges', edge('ghost', 'front')), ['FL-unknown-node', 'design.edges[4].source', '"ghost"']],
  ['an edge without a target', append('design/edges', { source: 'front' }), ['FL-missing', 'design.edges[4].target', 'missing']],
  ['an edge twice', append('design/edges', edge('front', 'store')), ['FL-duplicate-edge', 'design.edges[4]', '`front->store`']],
  ['an edge twice, once turned round', append('design/edges', edge('jobs', 'front')), ['FL-duplicate-edge', 'design.edges[4]', '`front->jobs`']],
  ['an edge to itself', append('design/edges', edge('front', 'front')), ['FL-self-edge', 'design.edges[4]', 'to itself']],
  ['a call of a client', append('design/edges', edge('store', 'client')), ['FL-wiring', 'design.edges[4]', 'Nothing calls a Client']],
  ['a database that calls', append('design/edges', edge('store', 'front')), ['FL-wiring', 'design.edges[4]', 'A database does not call']],
  ['a service that feeds a worker', append('design/edges', edge('front', 'crew')), ['FL-wiring', 'design.edges[4]', 'put a Queue between']],
  ['a queue that feeds a database', append('design/edges', edge('jobs', 'store')), ['FL-wiring', 'design.edges[4]', 'A queue feeds a Worker']],
  ['two calls in a circle', design([{ id: 'client', kind: 'Client' }, service('a'), service('b'), service('front'), { id: 'jobs', kind: 'Queue' }, { id: 'crew', kind: 'Worker', config: { workers: 4 } }], [edge('client', 'a'), edge('a', 'b'), edge('b', 'a'), edge('jobs', 'crew')]), ['FL-call-cycle', 'design.edges', 'a -> b -> a']],
  ['two circles', design([{ id: 'client', kind: 'Client' }, ...['a', 'b', 'c', 'front', 'd'].map(service), { id: 'jobs', kind: 'Queue' }, { id: 'crew', kind: 'Worker', config: { workers: 4 } }], [edge('client', 'a'), edge('a', 'b'), edge('b', 'a'), edge('b', 'c'), edge('c', 'front'), edge('front', 'd'), edge('d', 'c'), edge('jobs', 'crew')]), ['FL-call-cycle', 'design.edges', 'a -> b -> a'], ['FL-call-cycle', 'design.edges', 'c -> front -> d -> c']],
  ['a client that calls nothing', put('design/edges/0', edge('crew', 'front')), ['FL-missing-neighbour', 'design.nodes[0]', 'nothing to send its requests to']],
  ['a worker without a queue', put('design/edges', [edge('client', 'front')]), ['FL-missing-neighbour', 'design.nodes[4]', 'no queue to consume from']],
  [
    'a cache with two targets',
    put('design', {
      nodes: [
        { id: 'client', kind: 'Client' },
        { id: 'front', kind: 'Cache' },
        { id: 'a', kind: 'Database' },
        { id: 'b', kind: 'Database' },
        { id: 'jobs', kind: 'Queue' },
        { id: 'crew', kind: 'Worker', config: { workers: 4 } },
      ],
      edges: [edge('client', 'front'), edge('front', 'a'), edge('front', 'b'), edge('jobs', 'crew')],
    }),
    ['FL-too-many-targets', 'design.nodes[1]', 'has 2 targets, and can use 1'],
  ],
  ['an image worker without a store', append('design/nodes', { id: 'imaging', kind: 'FeedService' }), ['FL-missing-neighbour', 'design.nodes[5]', 'PostDB']],
];

const edgeConfig = 'design.edges[0].config';
// prettier-ignore
const edges: readonly Row[] = [
  ['a timeout of zero', put('design/edges/0/config', { timeoutMs: 0 }), ['FL-out-of-range', `${edgeConfig}.timeoutMs`, 'more than 0']],
  ['an unknown member', put('design/edges/0/config', { timeout: 5 }), ['FL-unknown-key', `${edgeConfig}.timeout`, 'Did you mean "timeoutMs"?']],
  ['a negative weight', put('design/edges/0/config', { weight: -1 }), ['FL-out-of-range', `${edgeConfig}.weight`, 'more than 0']],
  ['1,000 retries', put('design/edges/0/config', { retries: { max: 1000 } }), ['FL-out-of-range', `${edgeConfig}.retries.max`, 'at most 100']],
  ['jitter of 2', put('design/edges/0/config', { retries: { jitter: 2 } }), ['FL-out-of-range', `${edgeConfig}.retries.jitter`, 'at most 1']],
  ['retries as a number', put('design/edges/0/config', { retries: 3 }), ['FL-wrong-type', `${edgeConfig}.retries`, 'must be an object']],
  ['a breaker that opens at nothing', put('design/edges/0/config', { circuitBreaker: { failureRatio: 0 } }), ['FL-out-of-range', `${edgeConfig}.circuitBreaker.failureRatio`, 'more than 0']],
];

// prettier-ignore
const runs: readonly Row[] = [
  ['a duration of zero', put('run/durationSeconds', 0), ['FL-out-of-range', 'run.durationSeconds', 'more than 0']],
  ['a duration of a year', put('run/durationSeconds', 31536000), ['FL-out-of-range', 'run.durationSeconds', 'at most 1000000']],
  ['a warm-up as long as the run', put('run/warmupSeconds', 60), ['FL-warmup', 'run.warmupSeconds', 'leaves nothing']],
  ['a negative warm-up', put('run/warmupSeconds', -1), ['FL-out-of-range', 'run.warmupSeconds', 'at least 0']],
  ['a warm-up that is true', put('run/warmupSeconds', true), ['FL-wrong-type', 'run.warmupSeconds', 'must be a number or "auto"']],
  ['an automatic warm-up with events', put('run/warmupSeconds', 'auto'), ['FL-warmup', 'run.warmupSeconds', 'with events']],
  ['a fractional seed', put('run/seed', 1.5), ['FL-wrong-type', 'run.seed', 'whole number']],
  ['a negative seed', put('run/seed', -1), ['FL-out-of-range', 'run.seed', 'at least 0']],
  ['zero users', put('population/users', 0), ['FL-out-of-range', 'population.users', 'at least 1']],
  ['a whale with more followers than users', put('population/whales/0/followers', 2000000), ['FL-out-of-range', 'population.whales[0].followers', 'more than there are users']],
  ['two whales of one id', append('population/whales', { id: 'star', followers: 5 }), ['FL-duplicate-id', 'population.whales[1].id', '"star"']],
  ['probabilities that add up to 0.9', put('population/whalesPerReader', [0.5, 0.4]), ['FL-out-of-range', 'population.whalesPerReader', 'add up to 0.9']],
  ['a power law without a mean', put('population/followers', { exponent: 1 }), ['FL-out-of-range', 'population.followers.exponent', 'more than 1']],
  ['a short form with an unknown member', put('short', { durationSeconds: 5 }), ['FL-unknown-key', 'short.durationSeconds', '"durationSeconds"']],
];

const set = (path: string, value: Json): Json => ({ id: 'late', kind: 'set', atSeconds: 50, path, value });
const post = (members: { readonly [member: string]: Json }): Json => ({
  id: 'post',
  kind: 'whale-post',
  atSeconds: 10,
  ...members,
});
// prettier-ignore
const timeline: readonly Row[] = [
  ['an event without a kind', append('timeline', { id: 'x', atSeconds: 1 }), ['FL-missing', 'timeline[3].kind', 'missing']],
  ['an event of an unknown kind', append('timeline', { id: 'x', kind: 'meteor', atSeconds: 1 }), ['FL-not-one-of', 'timeline[3].kind', '"meteor"']],
  ['an outage of a queue', append('timeline', { id: 'x', kind: 'kafka-outage', atSeconds: 1, durationSeconds: 5, target: 'jobs' }), ['FL-wrong-target', 'timeline[3].target', 'has no brokers']],
  ['an outage without a duration', append('timeline', { id: 'x', kind: 'kafka-outage', atSeconds: 1 }), ['FL-missing', 'timeline[3].durationSeconds', 'missing']],
  ['a lost Redis node of a database', append('timeline', { id: 'x', kind: 'redis-node-loss', atSeconds: 1, target: 'store' }), ['FL-wrong-target', 'timeline[3].target', 'has no Redis nodes']],
  ['a slow client', append('timeline', { id: 'x', kind: 'slow-node', atSeconds: 1, target: 'client' }), ['FL-wrong-target', 'timeline[3].target', 'stands for users']],
  ['a slow worker too many', append('timeline', { id: 'x', kind: 'slow-node', atSeconds: 1, target: 'crew', instance: 4 }), ['FL-out-of-range', 'timeline[3].instance', 'has 4 of']],
  ['a slow instance of one', append('timeline', { id: 'x', kind: 'slow-node', atSeconds: 1, target: 'front', instance: 1 }), ['FL-out-of-range', 'timeline[3].instance', 'has 1 of']],
  ['a partition of no edge', append('timeline', { id: 'x', kind: 'network-partition', atSeconds: 1, durationSeconds: 5, target: 'front->jbos' }), ['FL-unknown-edge', 'timeline[3].target', 'Did you mean "front->jobs"?']],
  ['a partition of a node', append('timeline', { id: 'x', kind: 'network-partition', atSeconds: 1, durationSeconds: 5, target: 'front' }), ['FL-wrong-target', 'timeline[3].target', 'cuts an edge']],
  ['the loss of a fourth zone', append('timeline', { id: 'x', kind: 'zone-loss', atSeconds: 1, zone: 3 }), ['FL-out-of-range', 'timeline[3].zone', 'at most 2']],
  ['a purge of a database', append('timeline', { id: 'x', kind: 'cdn-purge', atSeconds: 1, target: 'store' }), ['FL-wrong-target', 'timeline[3].target', 'no caches']],
  ['a deployment of a queue', append('timeline', { id: 'x', kind: 'deploy', atSeconds: 1, target: 'jobs' }), ['FL-wrong-target', 'timeline[3].target', 'replaced one by one']],
  ['a full disk of a service', append('timeline', { id: 'x', kind: 'disk-full', atSeconds: 1, target: 'front' }), ['FL-wrong-target', 'timeline[3].target', 'no disk']],
  ['an event at a negative time', put('timeline/0/atSeconds', -1), ['FL-out-of-range', 'timeline[0].atSeconds', 'at least 0']],
  ['an event after the end', put('timeline/0/atSeconds', 60), ['FL-after-the-end', 'timeline[0].atSeconds', 'after the end of the run']],
  ['two events of one id', put('timeline/1/id', 'spike'), ['FL-duplicate-id', 'timeline[1].id', '"spike"']],
  ['a spike without a duration', put('timeline/0/durationSeconds', undefined), ['FL-missing', 'timeline[0].durationSeconds', 'missing']],
  ['a spike at nowhere', put('timeline/0/target', 'cliemt'), ['FL-unknown-node', 'timeline[0].target', 'Did you mean "client"?']],
  ['a spike at a service', put('timeline/0/target', 'front'), ['FL-wrong-target', 'timeline[0].target', 'sends no requests']],
  ['a spike of an unknown flow', put('timeline/0/flows', ['play']), ['FL-not-one-of', 'timeline[0].flows', 'no flow "play"']],
  ['a negative multiplier', put('timeline/0/multiplier', -2), ['FL-out-of-range', 'timeline[0].multiplier', 'at least 0']],
  ['a crash of a database', put('timeline/1/target', 'store'), ['FL-wrong-target', 'timeline[1].target', 'has no workers']],
  ['a crash of more workers than there are', put('timeline/1/workers', 5), ['FL-out-of-range', 'timeline[1].workers', 'has 4 workers']],
  ['a whale post without followers', append('timeline', post({})), ['FL-missing', 'timeline[3].followers', 'how many followers']],
  ['a whale post by nobody', append('timeline', post({ author: 'comet' })), ['FL-wrong-target', 'timeline[3].kind', 'nothing in the design reads feeds'], ['FL-unknown-node', 'timeline[3].author', 'no whale "comet"']],
  ['a whale post to nobody', append('timeline', post({ author: 'star' })), ['FL-wrong-target', 'timeline[3].kind', 'nothing in the design reads feeds']],
  ['a change of an unknown node', append('timeline', set('fornt.servers', 1)), ['FL-unknown-node', 'timeline[3].path', 'Did you mean "front"?']],
  ['a change of an unknown member', append('timeline', set('front.cores', 1)), ['FL-unknown-key', 'timeline[3].path', '"cores"']],
  ['a change to a bad value', append('timeline', set('front.servers', 0)), ['FL-out-of-range', 'timeline[3].value', 'at least 1']],
  ['a change to a value with a bad member', append('timeline', set('front.serviceTime', { distribution: 'constant', ms: -1 })), ['FL-out-of-range', 'timeline[3].value.ms', 'at least 0']],
  ['a change through a number', append('timeline', set('front.servers.count', 1)), ['FL-unknown-path', 'timeline[3].path', 'has no member `count`']],
  ['a change of the run', append('timeline', set('run.seed', 1)), ['FL-bad-path', 'timeline[3].path', 'cannot change while a run goes on']],
  ['a change of an unknown edge', append('timeline', set('front->crew.timeoutMs', 1)), ['FL-unknown-edge', 'timeline[3].path', '"front->crew"']],
  ['a change without a value', append('timeline', { id: 'x', kind: 'set', atSeconds: 1, path: 'front.servers' }), ['FL-missing', 'timeline[3].value', 'missing']],
];

const expectation = (members: { readonly [member: string]: Json }) =>
  put('expectations', [{ id: 'e', metric: 'flows.work.errorRatio', ...members }]);
// prettier-ignore
const expectations: readonly Row[] = [
  ['no bound', expectation({}), ['FL-either-or', 'expectations[0]', 'this one has 0']],
  ['two bounds', expectation({ atMost: 1, atLeast: 0 }), ['FL-either-or', 'expectations[0]', 'this one has 2']],
  ['a range upside down', expectation({ between: [2, 1] }), ['FL-wrong-order', 'expectations[0].between', 'from 2 down to 1']],
  ['a metric that is no path', expectation({ metric: 'p99', atMost: 1 }), ['FL-bad-metric', 'expectations[0].metric', '"p99"']],
  ['a metric of an unknown node', expectation({ metric: 'components.fron.utilization', atMost: 1 }), ['FL-unknown-node', 'expectations[0].metric', 'Did you mean "front"?']],
  ['a recovery from an unknown event', expectation({ metric: 'recoveryMs.spyke.work', atMost: 1 }), ['FL-unknown-event', 'expectations[0].metric', 'Did you mean "spike"?']],
  ['an unknown phase', expectation({ atMost: 1, phase: 'since:spike' }), ['FL-not-one-of', 'expectations[0].phase', '"since:spike"']],
  ['a phase of an unknown event', expectation({ atMost: 1, phase: 'after:storm' }), ['FL-unknown-event', 'expectations[0].phase', '"storm"']],
  ['a phase and a window', expectation({ atMost: 1, phase: 'before', window: [1, 2] }), ['FL-either-or', 'expectations[0].window', 'not at both']],
  ['a window after the end', expectation({ atMost: 1, window: [50, 70] }), ['FL-after-the-end', 'expectations[0].window', 'ends at 70 s']],
  ['an empty window', expectation({ atMost: 1, window: [5, 5] }), ['FL-wrong-order', 'expectations[0].window', 'is empty']],
];

// prettier-ignore
const extension: readonly Row[] = [
  ['an unknown design', extending({ extends: 'instagram-v3' }), ['FL-extends-unknown', 'design.extends', '"instagram-v3"']],
  ['a design by number', extending({ extends: 7 }), ['FL-wrong-type', 'design.extends', 'must be the id']],
  ['a removed node that is not there', extending({ extends: 'mm1', remove: ['sever'] }), ['FL-unknown-node', 'design.remove[0]', 'Did you mean "server"?']],
  ['a removed edge that is not there', extending({ extends: 'mm1', remove: ['server->client'] }), ['FL-unknown-edge', 'design.remove[0]', '"server->client"']],
  ['an added node of a taken id', extending({ extends: 'mm1', add: { nodes: [service('server')] } }), ['FL-duplicate-id', 'design.add.nodes[0].id', '"server"']],
  ['an added edge to nowhere', extending({ extends: 'mm1', add: { edges: [edge('server', 'store')] } }), ['FL-unknown-node', 'design.add.edges[0].target', '"store"']],
  ['a set key without a member', extending({ extends: 'mm1', set: { server: 1 } }), ['FL-bad-path', 'design.set.server', 'is not a path']],
  ['a set key of an unknown node', extending({ extends: 'mm1', set: { 'sever.servers': 1 } }), ['FL-unknown-node', 'design.set["sever.servers"]', 'Did you mean "server"?']],
  ['a set key of an unknown member', extending({ extends: 'mm1', set: { 'server.cores': 1 } }), ['FL-unknown-key', 'design.set["server.cores"]', '"cores"']],
  ['a set key with a bad value', extending({ extends: 'mm1', set: { 'server.servers': -1 } }), ['FL-out-of-range', 'design.set["server.servers"]', 'at least 1']],
  ['a set key with a bad value inside', extending({ extends: 'mm1', set: { 'server.serviceTime': { distribution: 'constant' } } }), ['FL-missing', 'design.set["server.serviceTime"].ms', 'missing']],
  ['a set key through a text', extending({ extends: 'mm1', set: { 'client.flow.name': 1 } }), ['FL-unknown-path', 'design.set["client.flow.name"]', 'has no member `name`']],
  ['a set key through __proto__', extending({ extends: 'mm1', set: { 'server.__proto__.polluted': 1 } }), ['FL-reserved-key', 'design.set["server.__proto__.polluted"]', '"__proto__"']],
  ['a set key of an unknown event', extending({ extends: 'mm1', set: { 'timeline.post.readBoost': 1 } }), ['FL-unknown-event', 'design.set["timeline.post.readBoost"]', '"post"']],
  ['a set key into the run with a bad value', extending({ extends: 'mm1', set: { 'run.seed': 'x' } }), ['FL-wrong-type', 'design.set["run.seed"]', 'must be a number']],
  ['a client removed', extending({ extends: 'mm1', remove: ['client'] }), ['FL-no-client', 'design.nodes', 'makes requests']],
  ['an index past the end of a list', extending({ extends: 'mm1', set: { 'client.arrivals': { process: 'trace', timesMs: [1] }, 'client.arrivals.timesMs.1': 5 } }), ['FL-unknown-path', 'design.set["client.arrivals.timesMs.1"]', 'a list of 1 items']],
  ['nodes beside extends', extending({ extends: 'mm1', nodes: [] }), ['FL-unknown-key', 'design.nodes', '"nodes"']],
];

const tables: Readonly<Record<string, readonly Row[]>> = {
  'text that is not a scenario': text,
  'the frame of a file': frame,
  nodes: nodes,
  configuration: configuration,
  traffic: traffic,
  wiring: wiring,
  edges: edges,
  'run and population': runs,
  timeline: timeline,
  expectations: expectations,
  'extends, remove, add and set': extension,
};

const replaceSeed = (row: string, source: string) =>
  row === 'a number of 1e999' ? source.replace('"seed":7', '"seed":1e999') : source;

function problemsOf(source: string): readonly Problem[] {
  try {
    parseScenario(source, { find: findBuiltin });
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

describe('bad input', () => {
  it('starts from a valid file', () => {
    expect(problemsOf(JSON.stringify(valid()))).toEqual([]);
  });

  it('lists a thousand problems, and counts the others', () => {
    const edges = Array.from({ length: 9000 }, (_, i) => edge(`a${i}`, `b${i}`));
    const problems = problemsOf(put('design/edges', edges)());
    expect(problems).toHaveLength(1001);
    expect(problems[1000]).toMatchObject({
      code: 'FL-too-many',
      message: expect.stringMatching(/^There are 17\d{3} further/) as string,
    });
  });

  for (const [name, rows] of Object.entries(tables)) {
    describe(name, () => {
      it.each(rows.map((row) => [row[0], row] as const))('%s', (what, [, source, ...expected]) => {
        const problems = problemsOf(replaceSeed(what, source()));
        const found = problems.filter((problem) => problem.severity === 'error');
        expect(found.map(({ code, path }) => [code, path])).toEqual(
          expected.map(([code, path]) => [code, path]),
        );
        for (const [i, [, , says]] of expected.entries()) expect(found[i]!.message).toContain(says);
        for (const { message, fix } of found) {
          expect(message).toMatch(/[.?]$/);
          expect(fix).toMatch(/\.$/);
          expect(message).not.toMatch(/invalid input|expected .* received|undefined|\[object/i);
        }
      });
    });
  }
});
