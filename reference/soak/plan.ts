import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { drawUint32, sourceKey, streamHash } from '../../scenarios/sampling/index.ts';

/** One kind of trouble: a timeline entry without its id and its time, and how long it lasts, s. */
interface Trouble {
  readonly name: string;
  readonly durationSeconds: number;
  /** @param pick any whole number: which node, replica or instance */
  readonly entry: (pick: number) => Readonly<Record<string, unknown>>;
}

/** What the bench-scale design has of each: 12 shards of the cache, 3 nodes of the database, two of each service. */
const shards = 12;
const replicas = 3;
const instances = 2;

/** Every kind of event that real parts can be given, at each place where it means something else. */
export const troubles: readonly Trouble[] = [
  { name: 'all-brokers', durationSeconds: 20, entry: () => ({ kind: 'kafka-outage' }) },
  { name: 'one-broker', durationSeconds: 15, entry: () => ({ kind: 'kafka-outage', brokers: 1 }) },
  {
    name: 'cache-node',
    durationSeconds: 15,
    entry: (pick) => ({ kind: 'redis-node-loss', target: 'feed-cache', node: pick % shards }),
  },
  {
    name: 'cache-shard',
    durationSeconds: 15,
    entry: (pick) => ({
      kind: 'redis-node-loss',
      target: 'feed-cache',
      node: pick % shards,
      replica: 'none',
    }),
  },
  {
    name: 'fanout-workers',
    durationSeconds: 10,
    entry: () => ({ kind: 'workers-crash', target: 'fanout-worker' }),
  },
  {
    name: 'image-workers',
    durationSeconds: 10,
    entry: () => ({ kind: 'workers-crash', target: 'image-worker' }),
  },
  {
    name: 'slow-database',
    durationSeconds: 15,
    entry: (pick) => ({ kind: 'slow-node', target: 'post-db', replica: pick % replicas, factor: 5 }),
  },
  {
    name: 'slow-feeds',
    durationSeconds: 15,
    entry: (pick) => ({ kind: 'slow-node', target: 'feed-service', instance: pick % instances, factor: 5 }),
  },
  {
    name: 'feeds-without-cache',
    durationSeconds: 10,
    entry: () => ({ kind: 'network-partition', target: 'feed-service->feed-cache', mode: 'drop' }),
  },
  {
    name: 'feeds-without-database',
    durationSeconds: 10,
    entry: () => ({ kind: 'network-partition', target: 'feed-service->post-db', mode: 'refuse' }),
  },
  {
    name: 'uploads-without-database',
    durationSeconds: 10,
    entry: () => ({ kind: 'network-partition', target: 'upload-service->post-db', mode: 'drop' }),
  },
  {
    name: 'uploads-without-stream',
    durationSeconds: 10,
    entry: () => ({ kind: 'network-partition', target: 'upload-service->upload-stream', mode: 'drop' }),
  },
  {
    name: 'fanout-without-cache',
    durationSeconds: 10,
    entry: () => ({ kind: 'network-partition', target: 'fanout-worker->feed-cache', mode: 'refuse' }),
  },
  {
    name: 'deploy-uploads',
    durationSeconds: 12,
    entry: () => ({ kind: 'deploy', target: 'upload-service', secondsPerInstance: 3, drainSeconds: 2 }),
  },
  {
    name: 'deploy-feeds',
    durationSeconds: 12,
    entry: () => ({ kind: 'deploy', target: 'feed-service', secondsPerInstance: 3, drainSeconds: 2 }),
  },
  {
    name: 'disk-full',
    durationSeconds: 10,
    entry: () => ({ kind: 'disk-full', target: 'post-db' }),
  },
  { name: 'purge', durationSeconds: 5, entry: () => ({ kind: 'cdn-purge', target: 'cdn' }) },
  {
    name: 'crowd',
    durationSeconds: 10,
    entry: () => ({ kind: 'traffic-spike', target: 'read-client', multiplier: 2 }),
  },
  {
    name: 'whale',
    durationSeconds: 15,
    entry: () => ({
      ...{ kind: 'whale-post', author: 'celebrity', readBoost: 2, halfLifeSeconds: 5, likesPerSecond: 10 },
    }),
  },
  {
    name: 'viral',
    durationSeconds: 15,
    entry: () => ({ kind: 'viral-post', likesPerSecond: 20, halfLifeSeconds: 5 }),
  },
];

/** Between two troubles, s: twice what the slowest recovery takes that clients notice (one broker, 7.7 s). */
const calmSeconds = 16;
const warmupSeconds = 20;
/** Everything has come up again before the load ends, s. */
const lastCalmSeconds = 30;

/** A timeline entry as a file writes it. */
export type SoakEntry = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly kind: string;
  readonly atSeconds: number;
  readonly durationSeconds: number;
};

/**
 * Troubles one after the other, in an order that the seed decides: each once, then each once more in
 * another order, as long as the time is.
 */
export function soakTimeline(seed: number, seconds: number): SoakEntry[] {
  const key = sourceKey(seed, 'soak');
  let draws = 0;
  const draw = () => drawUint32(key.key0, key.key1, stream, draws++);
  const timeline: SoakEntry[] = [];
  let atSeconds = warmupSeconds;
  for (let pass = 1; ; pass++)
    for (const { name, durationSeconds, entry } of shuffled(troubles, draw)) {
      if (atSeconds + durationSeconds + lastCalmSeconds > seconds) return timeline;
      const members = entry(draw()) as { readonly kind: string };
      timeline.push({ id: `${name}-${String(pass)}`, atSeconds, durationSeconds, ...members });
      atSeconds += durationSeconds + calmSeconds;
    }
}
const stream = streamHash('soak.order');

/** Fisher and Yates (1938). */
function shuffled<Item>(items: readonly Item[], draw: () => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = draw() % (last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/**
 * A soak of so many seconds under load.
 *
 * @param load Of the rates at bench scale: 1 for four processors that do nothing else
 * @throws InputError when it is too short for one trouble
 */
export const soakScenario = (seed: number, seconds: number, load = 1): Scenario =>
  troubledScenario(soakTimeline(seed, seconds), seed, seconds, ratesOf(load));

function ratesOf(load: number): Record<string, number> {
  const { set } = (findBuiltin('whale-post') as WithReference).reference;
  const rates = Object.entries(set).filter(([path]) => path.endsWith('.ratePerSecond'));
  return Object.fromEntries(rates.map(([path, rate]) => [path, load * (rate as number)]));
}

/**
 * The whale-post scenario's bench-scale form with another timeline. Readers are served by time, so that
 * each of their pages can be checked.
 *
 * @param further Other settings, by path
 */
export function troubledScenario(
  timeline: readonly SoakEntry[],
  seed: number,
  seconds: number,
  further: Readonly<Record<string, unknown>> = {},
): Scenario {
  const { reference, ...file } = findBuiltin('whale-post') as WithReference;
  const set = Object.entries(reference.set).filter(([path]) => !path.startsWith('timeline.'));
  return checkScenario(
    {
      ...file,
      id: 'soak',
      title: 'Every fault in random order',
      timeline,
      expectations: [],
      reference: {
        ...reference,
        set: {
          ...Object.fromEntries(set),
          'feed-service.rankingModel': 'chronological',
          'feed-service.candidateModel': 'chronological',
          ...further,
        },
        run: { durationSeconds: seconds, warmupSeconds, seed },
        expectations: [],
      },
    },
    { find: findBuiltin, form: 'reference' },
  ).scenario;
}

interface WithReference {
  readonly reference: {
    readonly set: Readonly<Record<string, unknown>>;
    readonly [member: string]: unknown;
  };
}
