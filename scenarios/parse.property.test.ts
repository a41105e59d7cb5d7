import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.ts';
import {
  applySet,
  builtins,
  checkScenario,
  findBuiltin,
  InputError,
  kinds,
  parseScenario,
  scenarioFile,
} from './index.ts';
import type { Scenario } from './index.ts';

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

const options = { find: findBuiltin };
const ids = builtins.map(({ id }) => id);
const documents = ids.map((id) => findBuiltin(id) as Json);
const texts = documents.map((document) => JSON.stringify(document, null, 1));

/** Runs the validator on hostile input: whatever happens, it must be a scenario or coded problems. */
function survives(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { message, fix } of error.problems) expect(message.length * fix.length).toBeGreaterThan(0);
    return false;
  }
}

/** Every place in a document. */
function paths(value: Json, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, member]) => paths(member, [...at, key]))];
}

function replaced(value: Json, [key, ...rest]: readonly (string | number)[], by: Json): Json {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  copy[key] = replaced(copy[key]!, rest, by);
  return copy;
}

const mutatedDocument = fc
  .nat({ max: documents.length - 1 })
  .chain((i) =>
    fc.tuple(fc.constant(documents[i]!), fc.constantFrom(...paths(documents[i]!)), hostileValue()),
  )
  .map(([document, path, value]) => replaced(document, path, value));

function hostileValue(): fc.Arbitrary<Json> {
  return fc.oneof(
    fc.jsonValue() as fc.Arbitrary<Json>,
    fc.double().map((number) => number as Json),
    fc.constantFrom<Json>(
      null,
      -1,
      0,
      0.5,
      1e300,
      '',
      'a->b',
      '__proto__',
      'constructor',
      'mm1',
      'whale-post',
      [],
      {},
      [[]],
    ),
  );
}

const mutatedText = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat({ max: 40 }),
    fc.string({ maxLength: 5, unit: 'binary' }),
  )
  .map(([text, at, length, insert]) => {
    const start = at % text.length;
    return text.slice(0, start) + insert + text.slice(start + length);
  });

describe('any input', () => {
  it('JSON of any shape gives a scenario or coded problems', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        (value) => void survives(() => checkScenario(value, options)),
      ),
    );
  });

  it('a built-in file with any member replaced gives a scenario or coded problems', () => {
    fc.assert(
      fc.property(mutatedDocument, fc.boolean(), (document, short) => {
        survives(() => checkScenario(document, { ...options, short }));
      }),
      { numRuns: 400 },
    );
  });

  it('any text gives a scenario or coded problems', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void survives(() => parseScenario(text, options))),
    );
    fc.assert(
      fc.property(mutatedText, (text) => void survives(() => parseScenario(text, options))),
      { numRuns: 500 },
    );
  });

  it('any set key with any value gives a scenario or coded problems', () => {
    const key = fc
      .array(
        fc.constantFrom(
          'server',
          'client',
          'run',
          'population',
          'timeline',
          'client->server',
          'arrivals',
          'serviceTime',
          'ms',
          'flows',
          '0',
          '',
          'whales',
          'toString',
          '__proto__',
          'retries',
          'max',
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((segments) => segments.join('.'));
    fc.assert(
      fc.property(fc.dictionary(key, hostileValue(), { maxKeys: 4 }), (set) => {
        survives(() => checkScenario(findBuiltin('mm1'), { ...options, set }));
      }),
      { numRuns: 1000 },
    );
    expect(Object.hasOwn(Object.prototype, 'max')).toBe(false);
  });
});

describe('reading JSON', () => {
  it('accepts what JSON.parse accepts, with the same value, and nothing else', () => {
    const parses = (text: string) => {
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return null;
      }
    };
    const pieces = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"a"',
          '"b"',
          '1',
          '-0.5e+3',
          '01',
          'true',
          'null',
          'nul',
          ' ',
          '\n',
          '"\\u00e9"',
          '"\\q"',
          '1.',
          '+1',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(pieces, fc.json(), mutatedText), (text) => {
        const oracle = parses(text);
        let value: unknown;
        try {
          value = readJson(text);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          const duplicate = error.problems.every(({ code }) => code === 'FL-duplicate-key');
          expect(oracle === null || duplicate).toBe(true);
          return;
        }
        expect(oracle).toEqual({ value });
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a resolved scenario', () => {
  const scenarios = ids.map((id) => parseScenario(JSON.stringify(findBuiltin(id)), options).scenario);

  it('resolves to itself, changed or not', () => {
    const numbers = fc.record({
      'run.seed': fc.nat(),
      // Longer than any window that a built-in expectation looks at.
      'run.durationSeconds': fc.integer({ min: 600, max: 1e6 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...scenarios), numbers, (scenario, set) => {
        const changed = applySet(scenario, set);
        expect(checkScenario(scenarioFile(changed), options)).toEqual({ scenario: changed, notes: [] });
      }),
      { numRuns: 50 },
    );
    for (const scenario of scenarios) expect(applySet(scenario, {})).toEqual(scenario);
  });

  it('has at a path what was set there, and nothing else changes', () => {
    const scenario = scenarios[ids.indexOf('whale-post')]!;
    const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const cases = fc.oneof(
      fc.record({
        path: fc.constantFrom(
          'read-client.feedRead.ratePerSecond',
          'read-client->api-gateway.timeoutMs',
          'read-client->api-gateway.latency.ms',
          'timeline.celebrity-post.readBoost',
        ),
        value: positive.map((value) => Math.min(value, 1000)),
      }),
      fc.record({
        path: fc.constantFrom('feed-cache.shards', 'post-db.partitions', 'run.seed'),
        value: fc.integer({ min: 1, max: 200 }),
      }),
      fc.record({ path: fc.constant('population.whales.0.followers'), value: fc.nat({ max: 500_000_000 }) }),
    );
    fc.assert(
      fc.property(cases, ({ path, value }) => {
        const changed = applySet(scenario, { [path]: value });
        expect(read(changed, path)).toBe(value);
        expect(applySet(changed, { [path]: read(scenario, path) })).toEqual(scenario);
      }),
      { numRuns: 100 },
    );
  });

  function read(scenario: Scenario, path: string): unknown {
    const [root, ...rest] = path.split('.');
    const { nodes, edges } = scenario.design;
    const byId = new Map<string, unknown>([
      ...nodes.map((node) => [node.id, node.config] as const),
      ...edges.map((edge) => [edge.id, edge.config] as const),
      ['run', scenario.run],
      ['population', scenario.population],
      ['timeline', Object.fromEntries(scenario.timeline.map((entry) => [entry.id, entry]))],
    ]);
    return rest.reduce((at, key) => (at as Record<string, unknown>)[key], byId.get(root!));
  }
});

describe('synchronous calls', () => {
  /** The slow twin: follows every path. */
  function hasCycle(size: number, edges: readonly (readonly [number, number])[]): boolean {
    const reaches = (from: number, to: number, seen: ReadonlySet<number>): boolean =>
      edges.some(
        ([a, b]) => a === from && (b === to || (!seen.has(b) && reaches(b, to, new Set([...seen, b])))),
      );
    return Array.from({ length: size }, (_, i) => i).some((i) => reaches(i, i, new Set()));
  }

  it('are refused exactly when they form a cycle, and the named cycle is there', () => {
    const graph = fc.integer({ min: 2, max: 6 }).chain((size) => {
      const pairs = Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size] as const);
      return fc.record({
        size: fc.constant(size),
        edges: fc.uniqueArray(fc.constantFrom(...pairs.filter(([a, b]) => a !== b)), { maxLength: 9 }),
      });
    });
    fc.assert(
      fc.property(graph, ({ size, edges }) => {
        const names = Array.from({ length: size }, (_, i) => `s${i}`);
        const wires = [['client', 's0'], ...edges.map(([a, b]) => [`s${a}`, `s${b}`])];
        const file = {
          format: 'fanout-lab/scenario',
          version: 1,
          id: 'graph',
          design: {
            nodes: [{ id: 'client', kind: 'Client' }, ...names.map((id) => ({ id, kind: 'Service' }))],
            edges: wires.map(([source, target]) => ({ source, target })),
          },
        };
        let cycles: string[][] = [];
        try {
          checkScenario(file, options);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(new Set(error.problems.map(({ code }) => code))).toEqual(new Set(['FL-call-cycle']));
          cycles = error.problems.map(({ message }) => message.split(': ')[1]!.slice(0, -1).split(' -> '));
        }
        expect(cycles.length > 0).toBe(hasCycle(size, edges));
        for (const cycle of cycles) {
          expect(cycle[0]).toBe(cycle[cycle.length - 1]);
          for (const [i, from] of cycle.slice(0, -1).entries())
            expect(wires).toContainEqual([from, cycle[i + 1]]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('every kind', () => {
  it.each(Object.values(kinds).map((kind) => [kind.kind, kind] as const))(
    '%s: a complete configuration is valid input and complete',
    (_, kind) => {
      const complete = kind.config.parse({});
      expect(kind.config.parse(complete)).toEqual(complete);
      expect(JSON.parse(JSON.stringify(complete))).toEqual(complete);
    },
  );
});
