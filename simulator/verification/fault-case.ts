import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { replicationSeed } from '../../scenarios/sampling/index.ts';
import { compile } from '../compile/compile.ts';
import { Run, type Requests } from '../engine/run.ts';
import type { Verdict } from '../result.ts';
import { comparePaired, type RunRecord } from '../statistics/index.ts';
import { explain } from '../verdicts/causes/index.ts';
import { timeOf, workingDesign } from './fault-design.ts';
import { Draws, type Json } from './random-value.ts';

type Members = Record<string, Json>;

/** A fault at a random part of a random design that works. */
export interface FaultCase {
  readonly number: number;
  readonly fault: Members;
  /** Components that may be named: where the fault is. Of an edge both ends, of a zone whoever has a part in it. */
  readonly where: readonly string[];
  readonly healthy: Scenario;
  readonly harmed: Scenario;
}

export interface FaultFinding {
  readonly number: number;
  readonly fault: Members;
  readonly where: readonly string[];
  /** Did it change any flow's p99 or error ratio beyond the interval? */
  readonly felt: boolean;
  /** The first verdict with the fault, and the number of verdicts without. */
  readonly named: Verdict | null;
  readonly falseAlarms: readonly string[];
}

const SECONDS = 30;
const WARM_UP = 4;
/** Pairs of runs, with the fault and without, that tell whether anybody felt it. */
const PAIRS = 3;

const constant = (ratePerSecond: number): Members => ({ process: 'poisson', ratePerSecond });

/** The case with this number: the same at any time. */
export function faultCase(number: number): FaultCase {
  const draws = new Draws(0x5eed + number);
  const atSeconds = Math.round(100 * (10 + 6 * draws.next())) / 100;
  const common = { id: 'fault', atSeconds, durationSeconds: 8 };
  const [design, [fault, where]] = draws.chance(0.7)
    ? generic(draws, common)
    : ([instagram, instagramFault(draws, common)] as const);
  const scenario = (timeline: readonly Members[]): Scenario =>
    checkScenario(
      {
        format: 'fanout-lab/scenario',
        version: 1,
        id: 'fault-case',
        title: 'A fault somewhere',
        description: `Number ${number}.`,
        design,
        timeline,
        run: { durationSeconds: SECONDS, warmupSeconds: WARM_UP, seed: 1 + number },
      },
      { find: findBuiltin },
    ).scenario;
  return { number, fault, where, healthy: scenario([]), harmed: scenario([fault]) };
}

type Chosen = readonly [fault: Members, where: readonly string[]];

function generic(draws: Draws, common: Members): readonly [design: unknown, chosen: Chosen] {
  const design = workingDesign(draws);
  const configOf = (node: Members): Members => node['config'] as Members;
  const ids = (...kinds: string[]): string[] =>
    design.nodes.filter(({ kind }) => kinds.includes(kind as string)).map(({ id }) => id as string);
  const nodeOf = (id: string): Members => design.nodes.find((node) => node['id'] === id)!;
  const edge = draws.oneOf(design.edges);
  const ends = [edge['source'] as string, edge['target'] as string];
  const set = (id: string, path: string, value: Json): Chosen => [
    { ...common, kind: 'set', path: `${id}.${path}`, value },
    id.includes('->') ? id.split('->') : [id],
  ];
  const pools = ids('Service', 'Cache', 'Database');
  const choices: (() => Chosen)[] = [
    () => {
      const target = draws.oneOf([...pools, ...ids('Worker')]);
      return [{ ...common, kind: 'slow-node', target, factor: 5 + draws.below(16) }, [target]];
    },
    () => [
      {
        ...common,
        kind: 'network-partition',
        target: ends.join('->'),
        mode: draws.oneOf(['drop', 'refuse']),
      },
      ends,
    ],
    () => {
      const target = draws.oneOf(ids('Client'));
      return [{ ...common, kind: 'traffic-spike', target, multiplier: 3 + draws.below(4) }, [target]];
    },
    () => {
      const target = draws.oneOf(pools);
      const servers = configOf(nodeOf(target))['servers'] as number;
      return set(target, 'servers', Math.max(1, Math.floor(servers / (3 + draws.below(3)))));
    },
    () => {
      const target = draws.oneOf(ids('Service', 'Cache'));
      return set(target, 'serviceTime', timeOf(draws, 20 + draws.below(30)));
    },
    () => set(ends.join('->'), 'latency', timeOf(draws, 15 + draws.below(40))),
    () => {
      const zone = draws.below(3);
      const servers = (id: string): number => {
        const config = configOf(nodeOf(id));
        return (config['servers'] ?? config['workers'] ?? 0) as number;
      };
      return [
        { ...common, kind: 'zone-loss', zone },
        [...pools, ...ids('Worker')].filter((id) => servers(id) > zone),
      ];
    },
    () => {
      const target = draws.oneOf(ids('Database'));
      return [{ ...common, kind: 'disk-full', target }, [target]];
    },
  ];
  if (ids('Worker').length > 0)
    choices.push(() => [{ ...common, kind: 'workers-crash', target: 'consumer' }, ['consumer']]);
  if (ids('Cache').length > 0)
    choices.push(() => set(draws.oneOf(ids('Cache')), 'hitRatio', 0.05 * draws.below(3)));
  return [design, draws.oneOf(choices)()];
}

/** The published design with a thousandth of its load, so that what is felt is the fault. */
const instagram = {
  extends: 'instagram-v2',
  set: {
    'read-client.feedRead': constant(150),
    'read-client.postDetail': constant(60),
    'upload-client.photoUpload': constant(12),
    'upload-client.like': constant(60),
    'upload-client.comment': constant(30),
    'population.followers.mean': 20,
    'population.followers.max': 400,
  },
};

const instagramEdges = [
  'api-gateway->read-lb',
  'api-gateway->upload-lb',
  'feed-service->feed-cache',
  'feed-service->post-db',
  'upload-service->post-db',
  'read-client->cdn',
  'upload-stream->fanout-worker',
] as const;

function instagramFault(draws: Draws, common: Members): Chosen {
  const on = (kind: string, target: string, more: Members = {}): Chosen => [
    { ...common, kind, target, ...more },
    [target],
  ];
  const edge = draws.oneOf(instagramEdges);
  return draws.oneOf<() => Chosen>([
    () =>
      on('redis-node-loss', 'feed-cache', { node: draws.below(6), replica: draws.oneOf(['warm', 'none']) }),
    () => on('kafka-outage', 'upload-stream', { brokers: draws.oneOf([null, 2]) }),
    () => on('workers-crash', draws.oneOf(['fanout-worker', 'image-worker'])),
    () =>
      on('slow-node', draws.oneOf(['feed-cache', 'feed-service', 'upload-service', 'post-db']), {
        factor: 20 + draws.below(80),
      }),
    () => on('disk-full', draws.oneOf(['post-db', 'object-storage', 'upload-stream'])),
    () => on('cdn-purge', 'cdn'),
    () => [
      { ...common, kind: 'network-partition', target: edge, mode: draws.oneOf(['drop', 'refuse']) },
      edge.split('->'),
    ],
    () => on('traffic-spike', draws.oneOf(['read-client', 'upload-client']), { multiplier: 20 }),
    () =>
      on('deploy', draws.oneOf(['feed-service', 'upload-service']), {
        batch: 100,
        secondsPerInstance: 6,
        drainSeconds: 1,
      }),
    () => [
      {
        id: 'fault',
        atSeconds: common['atSeconds']!,
        kind: 'whale-post',
        followers: 200_000_000,
        readBoost: 6,
        halfLifeSeconds: 10,
        likesPerSecond: 3000,
      },
      ['read-client', 'upload-client'],
    ],
    () => [
      { id: 'fault', atSeconds: common['atSeconds']!, kind: 'viral-post', likesPerSecond: 4000 },
      ['upload-client'],
    ],
  ])();
}

/** Runs a case with its fault and without, and looks at what the explanations say. */
export function tryFault({ number, fault, where, healthy, harmed }: FaultCase): FaultFinding {
  const without = runsOf(healthy, () => 'counted');
  // Of these only the first is explained.
  const withFault = runsOf(harmed, (replication) => (replication === 0 ? 'counted' : 'timed'));
  const { figures } = comparePaired(
    { scenario: harmed, records: withFault },
    { scenario: healthy, records: without },
  );
  const felt = Object.entries(figures).some(
    ([path, { ci95 }]) => /\.(p99|errorRatio)$/.test(path) && (ci95[0] > 0 || ci95[1] < 0),
  );
  return {
    number,
    fault,
    where,
    felt,
    named: explain(harmed.design, withFault[0]!)[0] ?? null,
    falseAlarms: without.flatMap((record) => explain(healthy.design, record).map(({ text }) => text)),
  };
}

/** Was the first cause where the fault is? */
export const isFound = ({ named, where }: FaultFinding): boolean =>
  named !== null && where.includes(named.component);

function runsOf(scenario: Scenario, requests: (replication: number) => Requests): RunRecord[] {
  const model = compile(scenario);
  return Array.from({ length: PAIRS }, (_, replication) => {
    const run = new Run(
      model,
      replicationSeed(scenario.run.seed, replication),
      undefined,
      requests(replication),
    );
    run.advance();
    return run.record();
  });
}
