import { afterAll, describe, expect, it, vi } from 'vitest';
import { checkScenario, findBuiltin, InputError, type Scenario } from '../../scenarios/index.ts';
import { ALL_PASSES, type CompileOptions } from '../compile/compile.ts';
import { randomDesign } from '../verification/random-design.ts';
import { chain, line, web } from './designs.fixture.ts';
import { EarlyReleases } from './early-releases.ts';
import { traceAll, type TracedRun } from './spans.fixture.ts';

/** Numbers of random designs; fixed in advance. */
const designs = Array.from({ length: 8 }, (_, i) => 7000 + i);
/** Events after which a run is left where it is. */
const EVENTS = 3_000;

const NO_PASSES: CompileOptions = { leafCalls: false, recursion: false, tailCalls: false, leads: false };
type Form = readonly [name: string, run: (scenario: Scenario) => TracedRun];
const without = (pass: keyof CompileOptions): Form => [
  `without ${pass}`,
  (scenario) => traceAll(scenario, { options: { ...ALL_PASSES, [pass]: false }, events: EVENTS }),
];
/** Slower forms of the same engine. */
const forms: readonly Form[] = [
  without('recursion'),
  without('leafCalls'),
  without('tailCalls'),
  without('leads'),
  ['without any', (scenario) => traceAll(scenario, { options: NO_PASSES, events: EVENTS })],
  [
    'with every release an event',
    (scenario) => {
      const never = vi.spyOn(EarlyReleases.prototype, 'hasRoom').mockReturnValue(false);
      try {
        return traceAll(scenario, { events: EVENTS });
      } finally {
        never.mockRestore();
      }
    },
  ],
];

/** End, latency and outcome of each request that ended up to `untilNs`, by request. */
function ends({ requests }: TracedRun, untilNs: number): ReadonlyMap<string, string> {
  return new Map(
    requests
      .map((request) => ({ ...request, endNs: request.startedNs + request.spans[0]!.toNs }))
      .filter(({ endNs }) => endNs < untilNs)
      .map(({ id, endNs, latencyNs, outcome }) => [id, `${endNs} ${latencyNs} ${outcome}`]),
  );
}

let compared = 0;

/** The requests of both runs, as far as both have come, are the same to the last bit. */
function compare(one: TracedRun, other: TracedRun): void {
  const untilNs = Math.min(one.run.nowSeconds, other.run.nowSeconds) * 1e9;
  const expected = ends(one, untilNs);
  expect(new Map([...ends(other, untilNs)].sort())).toEqual(new Map([...expected].sort()));
  compared += expected.size;
}

describe('each request ends at the same time', () => {
  const named: readonly (readonly [string, () => Scenario])[] = [
    ['a service with cache, database, time-outs, retries and a breaker', () => web],
    ['two queues in a row', () => line],
    ['a chain of gateways', () => chain],
    ...designs.map(
      (number) =>
        [
          `random design ${number}`,
          () => checkScenario(randomDesign(number), { find: findBuiltin }).scenario,
        ] as const,
    ),
  ];

  it.each(named)('in %s', (_, scenarioOf) => {
    try {
      const scenario = scenarioOf();
      const fast = traceAll(scenario, { events: EVENTS });
      for (const [, run] of forms) compare(fast, run(scenario));
    } catch (error) {
      // Some designs are refused, by the validator or by the compiler.
      if (!(error instanceof InputError)) throw error;
    }
  });

  afterAll(() => {
    expect(compared).toBeGreaterThan(5_000);
  });
});
