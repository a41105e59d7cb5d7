import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findBuiltin, parseScenario, type Scenario } from '../../../scenarios/index.ts';
import { compileKernel } from '../../../scripts/kernel.mjs';
import { compile } from '../../compile/compile.ts';
import { summarize } from '../../statistics/index.ts';
import { chain, line, web } from '../designs.fixture.ts';
import { scenarioOf } from '../engine.fixture.ts';
import * as frames from '../frames.ts';
import { FLOAT, INT, Memory, STATE_ADDRESS } from '../memory.ts';
import { MOST_BITS } from '../native.ts';
import { FETCHED_WORDS } from '../pending.ts';
import { LENGTH, OP } from '../program.ts';
import { Run } from '../run.ts';
import { MOST_SORTED } from '../servers.ts';
import { kernelMemory } from './kernel.ts';
import { instagram } from '../../components/instagram.fixture.ts';

const assembly = new URL('assembly/', import.meta.url);
const source = readdirSync(assembly)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, assembly), 'utf8'))
  .join('\n');

it('is compiled from its source', () => {
  expect(readFileSync(new URL('kernel.wasm.ts', import.meta.url), 'utf8')).toBe(compileKernel());
}, 60_000);

describe('the source of the kernel', () => {
  const constant = (name: string): string => {
    const found = new RegExp(`const ${name}: \\w+ = (.*);`).exec(source);
    if (found === null) throw new Error(`There is no ${name}.`);
    return found[1]!;
  };
  const address = (name: string): number => {
    const [base, offset] = constant(name).split(' + ');
    return (base === 'STATE' ? STATE_ADDRESS : STATE_ADDRESS + 256) + Number(offset ?? 0);
  };

  it('has the layout of frames.ts', () => {
    for (const name of [
      'PC',
      'NEXT',
      'KEY0',
      'KEY1',
      'PARENT',
      'STATUS',
      'LEDGER',
      'PREVIOUS',
      'CHILD',
      'REGISTER',
    ])
      expect([name, Number(constant(`F_${name}`))]).toEqual([name, frames[name as 'PC'] * 4]);
    expect(Number(constant('F_TIME'))).toBe(frames.TIME * 8);
    expect(Number(constant('F_START'))).toBe(frames.START * 8);
  });

  it('keeps as many servers sorted as servers.ts', () => {
    expect(Number(constant('MOST_SORTED'))).toBe(MOST_SORTED);
  });

  it('draws as many bits as native.ts', () => {
    expect(Number(constant('MOST_BITS'))).toBe(MOST_BITS);
  });

  it('fetches no more frames at once than pending.ts has room for', () => {
    const list = Number(constant('FETCHED_BYTES'));
    expect(2 * list).toBe(FETCHED_WORDS * 4);
    expect(32 * 4 * (1 + Number(constant('FETCH_PASSES')))).toBeLessThanOrEqual(list);
  });

  it('has the state words of memory.ts', () => {
    const names = [...source.matchAll(/const (\w+): usize = (?:STATE|INTS)(?: \+ \d+)?;/g)].map((m) => m[1]!);
    const alias: Record<string, string> = { ARMED_COUNT: 'ARMED' };
    const known: Record<string, number> = {
      ...Object.fromEntries(Object.entries(FLOAT).map(([k, v]) => [k, STATE_ADDRESS + v * 8])),
      ...Object.fromEntries(Object.entries(INT).map(([k, v]) => [k, STATE_ADDRESS + 256 + v * 4])),
    };
    for (const name of names.filter((n) => !['INTS', 'SCRATCH'].includes(n)))
      expect([name, address(name)]).toEqual([name, known[alias[name] ?? name]]);
    expect(names.length).toBeGreaterThan(25);
  });

  it('has the opcodes and lengths of program.ts', () => {
    const cases = [
      ...source.matchAll(
        /case (\d+):(?: \{)?\s+\/\/ ([A-Z_]+)\n([\s\S]*?)(?=\n {6}(?: {2})?(?:case|default))/g,
      ),
    ];
    expect(cases.length).toBeGreaterThan(24);
    expect(Number(constant('NATIVE'))).toBe(OP.NATIVE);
    for (const [, opcode, name = '', body] of cases) {
      expect([name, Number(opcode)]).toEqual([name, OP[name as keyof typeof OP]]);
      const step = /\bpc \+= (\d+);/.exec(body!);
      if (step !== null && name in LENGTH)
        expect([name, Number(step[1])]).toEqual([name, LENGTH[name as keyof typeof LENGTH]]);
    }
  });
});

/** Digest of a run with one in `modulus` requests traced, which are those that the kernel leaves alone. */
function digest(scenario: Scenario, modulus: number, memory?: Memory): string {
  const run = new Run({ ...compile(scenario), traceModulus: modulus }, scenario.run.seed, memory);
  run.advance();
  return summarize(scenario, [run.record()]).digest;
}

/** The short form of the whale post, so early in a short run that its followers read it. */
function whalePost(): Scenario {
  const text = JSON.stringify(findBuiltin('whale-post'));
  const { scenario } = parseScenario(text, { find: findBuiltin, form: 'short' });
  return {
    ...scenario,
    timeline: scenario.timeline.map((entry) => ({ ...entry, atSeconds: 0.1 })),
    run: { ...scenario.run, durationSeconds: 1.5, warmupSeconds: 0 },
    expectations: [],
  };
}

/** More requests at one instant than the memory has room for at first. */
const crowd = scenarioOf({
  nodes: [
    {
      id: 'client',
      kind: 'Client',
      config: {
        flow: 'work',
        arrivals: {
          process: 'closed',
          users: 40_000,
          thinkTime: { distribution: 'uniform', minMs: 500, maxMs: 3000 },
        },
      },
    },
    {
      id: 'server',
      kind: 'Service',
      config: { servers: 3, serviceTime: { distribution: 'lognormal', meanMs: 0.2, cv: 2 } },
    },
  ],
  edges: [{ source: 'client', target: 'server', config: { timeoutMs: 900 } }],
  durationSeconds: 4,
});

/** Instances of which a third is gone, retried through the balancer and the gateway before it. */
const retried = (policy: string): Scenario =>
  instagram({
    durationSeconds: 10,
    set: {
      'read-lb.policy': policy,
      'read-client.feedRead': { process: 'poisson', ratePerSecond: 600 },
      'feed-service.instances': 6,
      'feed-service.threads': 4,
      'upload-client.photoUpload': null,
      'api-gateway->read-lb.retries': { max: 1, backoffMs: 5 },
      'read-lb->feed-service.retries': { max: 2, backoffMs: 5 },
      'read-lb->feed-service.timeoutMs': 40,
    },
    timeline: [{ id: 'zone', kind: 'zone-loss', atSeconds: 2, durationSeconds: 4, zone: 2 }],
  });

/** More whales than are told apart, and then fewer, and then those again. */
const whales = instagram({
  durationSeconds: 3,
  set: {
    'read-client.feedRead': { process: 'poisson', ratePerSecond: 2000 },
    'fanout-worker.whaleThreshold': 50,
  },
  timeline: [10_000, 60].map((value, i) => ({
    id: `threshold-${value}`,
    kind: 'set',
    atSeconds: 1 + i,
    path: 'fanout-worker.whaleThreshold',
    value,
  })),
});

/** A post that its readers stop pulling while the run lasts, and a whale that never posts. */
const forgotten = instagram({
  durationSeconds: 4,
  set: {
    'read-client.feedRead': { process: 'poisson', ratePerSecond: 2000 },
    'feed-service.whaleWindowSeconds': 1,
  },
  timeline: [
    { id: 'post', kind: 'whale-post', atSeconds: 0.2, followers: 50_000_000 },
    { id: 'late', kind: 'whale-post', atSeconds: 3.9, followers: 10_000_000 },
  ],
});

/** As many servers as are kept sorted, and one more. */
const manyServers = scenarioOf({
  nodes: [MOST_SORTED, MOST_SORTED + 1].flatMap((servers) => [
    {
      id: `client-${servers}`,
      kind: 'Client',
      config: { flow: `work-${servers}`, arrivals: { process: 'poisson', ratePerSecond: 98 * servers } },
    },
    {
      id: `server-${servers}`,
      kind: 'Service',
      config: { servers, serviceTime: { distribution: 'exponential', meanMs: 10 } },
    },
  ]),
  edges: [MOST_SORTED, MOST_SORTED + 1].map((servers) => ({
    source: `client-${servers}`,
    target: `server-${servers}`,
  })),
  durationSeconds: 3,
});

it('is there on this platform', () => {
  // Otherwise the comparison below would compare TypeScript with itself.
  expect(kernelMemory()).not.toBeNull();
});

describe('with and without the kernel', () => {
  it.each([
    ['a service with cache, database, time-outs, retries and a breaker', web],
    ['two queues in a row', line],
    ['a chain of gateways', chain],
    ['forty thousand users at once', crowd],
    ['a hundred servers and more', manyServers],
    ['a whale post', whalePost()],
    ['a post that is soon too old', forgotten],
    ['whales, of whom not all have a key', whales],
    ['retries by turns', retried('round-robin')],
    ['retries by draws', retried('random')],
    ['retries by requests outstanding', retried('least-connections')],
  ])(
    '%s gives the same figures',
    (_name, scenario) => {
      for (const modulus of [4, 1 << 20])
        expect(digest(scenario, modulus)).toBe(digest(scenario, modulus, new Memory()));
    },
    120_000,
  );
});
