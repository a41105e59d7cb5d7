import type { Draws, Json } from './random-value.ts';

type Members = Record<string, Json>;

/** A design that works: parts of a scenario file, and what of it may be harmed. */
export interface WorkingDesign {
  readonly nodes: readonly Members[];
  readonly edges: readonly Members[];
}

/** A time with the mean, of some family. */
export function timeOf(draws: Draws, meanMs: number): Members {
  return draws.oneOf<Members>([
    { distribution: 'exponential', meanMs },
    { distribution: 'constant', ms: meanMs },
    { distribution: 'erlang', meanMs, k: 3 },
    { distribution: 'lognormal', meanMs, cv: 1.2 },
    { distribution: 'uniform', minMs: 0.5 * meanMs, maxMs: 1.5 * meanMs },
  ]);
}

const between = (draws: Draws, least: number, most: number): number => least + (most - least) * draws.next();

/** Servers that keep a load at a third to two thirds of them. */
const serversFor = (draws: Draws, ratePerSecond: number, heldMs: number): number =>
  Math.ceil((ratePerSecond * heldMs) / 1000 / between(draws, 0.3, 0.65));

/** What a tier costs its callers. */
interface Tier {
  readonly id: string;
  readonly meanMs: number;
}

/**
 * One or two clients, a gateway, one to three services that each ask a few of: a cache in front of a database, a
 * database, another service; and as a rule a queue whose workers write to a database. Everything has room for the
 * load and some more.
 */
export function workingDesign(draws: Draws): WorkingDesign {
  const nodes: Members[] = [];
  const edges: Members[] = [];
  const wire = (source: string, target: Tier): void => {
    const timeoutMs = draws.chance(0.6) ? Math.ceil(between(draws, 25, 60) * target.meanMs + 20) : null;
    edges.push({
      source,
      target: target.id,
      config: {
        latency: timeOf(draws, between(draws, 0.2, 1)),
        ...(timeoutMs === null ? {} : { timeoutMs }),
        ...(timeoutMs !== null && draws.chance(0.4)
          ? { retries: { max: 1 + draws.below(2), backoffMs: 5, jitter: 0.5, budgetRatio: 0.2 } }
          : {}),
        ...(timeoutMs !== null && draws.chance(0.25)
          ? {
              circuitBreaker: {
                failureRatio: 0.5,
                windowSeconds: 2,
                minimumCalls: 20,
                openMs: 1000,
                halfOpenCalls: 3,
              },
            }
          : {}),
      },
    });
  };
  const wireMs = 1.2;
  const database = (id: string, rate: number): Tier => {
    const meanMs = between(draws, 1, 5);
    nodes.push({
      id,
      kind: 'Database',
      config: {
        servers: serversFor(draws, rate, meanMs),
        readTime: timeOf(draws, meanMs),
        writeTime: timeOf(draws, meanMs),
        connections: draws.chance(0.3) ? serversFor(draws, rate, meanMs) + 8 : null,
      },
    });
    return { id, meanMs: meanMs + wireMs };
  };
  const cache = (id: string, rate: number): Tier => {
    const meanMs = between(draws, 0.2, 0.8);
    const hitRatio = between(draws, 0.6, 0.95);
    nodes.push({
      id,
      kind: 'Cache',
      config: { servers: serversFor(draws, 2 * rate, meanMs), serviceTime: timeOf(draws, meanMs), hitRatio },
    });
    const store = database(`${id}-db`, rate);
    wire(id, store);
    return { id, meanMs: meanMs + wireMs + store.meanMs };
  };
  const service = (id: string, rate: number, depth: number): Tier => {
    const meanMs = between(draws, 0.5, 4);
    const targets = Array.from({ length: depth === 0 ? 0 : 1 + draws.below(2) }, (_, i): Tier => {
      const name = `${id}-${i}`;
      const kind = draws.next();
      if (kind < 0.4) return cache(`${name}-cache`, rate);
      return kind < 0.75 ? database(`${name}-db`, rate) : service(`${name}-service`, rate, depth - 1);
    });
    const total = targets.reduce((sum, target) => sum + target.meanMs, meanMs + wireMs);
    nodes.push({
      id,
      kind: 'Service',
      config: {
        servers: serversFor(draws, rate, total),
        queueCapacity: draws.chance(0.3) ? 100 : null,
        serviceTime: timeOf(draws, meanMs),
        calls: draws.oneOf(['sequential', 'parallel']),
      },
    });
    for (const target of targets) wire(id, target);
    return { id, meanMs: total };
  };
  const pipeline = (source: string, rate: number): void => {
    const meanMs = between(draws, 2, 8);
    const store = database('written-db', rate);
    const held = meanMs + store.meanMs;
    const workers = serversFor(draws, rate, held);
    nodes.push(
      { id: 'events', kind: 'Queue', config: { partitions: 4 * workers, appendTime: timeOf(draws, 0.5) } },
      { id: 'consumer', kind: 'Worker', config: { workers, serviceTime: timeOf(draws, meanMs) } },
    );
    edges.push({ source, target: 'events' }, { source: 'events', target: 'consumer' });
    wire('consumer', store);
  };

  const clients = 1 + draws.below(2);
  const rates = Array.from({ length: clients }, () => Math.floor(between(draws, 60, 200)));
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  const services = Array.from({ length: 1 + draws.below(3) }, (_, i) => service(`service-${i}`, all, 2));
  if (draws.chance(0.6)) pipeline('service-0', all);
  const gatewayMs = 0.5;
  const total = services.reduce((sum, { meanMs }) => sum + meanMs, gatewayMs + wireMs);
  const heldByGateway = draws.chance(0.5);
  nodes.push({
    id: 'gateway',
    kind: 'Service',
    config: {
      servers: serversFor(draws, all, heldByGateway ? total : gatewayMs) + 1,
      serviceTime: timeOf(draws, gatewayMs),
      holdsServerWhileCalling: heldByGateway,
      calls: 'sequential',
    },
  });
  for (const tier of services) wire('gateway', tier);
  rates.forEach((ratePerSecond, i) => {
    nodes.push({
      id: `client-${i}`,
      kind: 'Client',
      config: {
        flow: `flow-${i}`,
        operation: draws.oneOf(['read', 'write']),
        arrivals: draws.chance(0.8)
          ? { process: 'poisson', ratePerSecond }
          : {
              process: 'bursty',
              ratePerSecond,
              burstRatio: 1.5,
              meanBurstSeconds: 2,
              meanCalmSeconds: 5,
            },
      },
    });
    wire(`client-${i}`, { id: 'gateway', meanMs: total });
  });
  return { nodes, edges };
}
