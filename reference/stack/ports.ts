import { InputError } from '../../scenarios/index.ts';

/** One row of the table of ports: `count` ports from `base + offset` on. */
export interface PortBlock {
  readonly offset: number;
  readonly count: number;
  readonly what: string;
}

/** Every port of the stack, counted from one base. Cassandra has the same ports on 127.0.0.1 to 127.0.0.3. */
export const portBlocks = {
  gateway: { offset: 0, count: 10, what: 'gateway: what clients call' },
  readLb: { offset: 10, count: 1, what: 'ReadLB' },
  readLbMetrics: { offset: 11, count: 1, what: 'ReadLB: metrics and state' },
  uploadLb: { offset: 12, count: 1, what: 'UploadLB' },
  uploadLbMetrics: { offset: 13, count: 1, what: 'UploadLB: metrics and state' },
  cdnEdge: { offset: 20, count: 4, what: 'CDN: edges' },
  cdnRegional: { offset: 30, count: 1, what: 'CDN: regional cache' },
  objectStore: { offset: 40, count: 1, what: 'object store, S3' },
  cassandra: { offset: 50, count: 1, what: 'Cassandra: CQL' },
  cassandraGossip: { offset: 51, count: 1, what: 'Cassandra: between nodes' },
  kafka: { offset: 60, count: 3, what: 'Kafka: brokers' },
  kafkaController: { offset: 70, count: 3, what: 'Kafka: controllers' },
  gatewayOperations: { offset: 80, count: 10, what: 'gateway: health and metrics' },
  redis: { offset: 100, count: 24, what: 'Redis Cluster: commands' },
  redisBus: { offset: 150, count: 24, what: 'Redis Cluster: between nodes' },
  feedService: { offset: 200, count: 50, what: 'feed services' },
  uploadService: { offset: 250, count: 50, what: 'upload services' },
  relay: { offset: 300, count: 10, what: 'relay: health and metrics' },
  fanoutWorker: { offset: 350, count: 50, what: 'fan-out workers: health and metrics' },
  imageWorker: { offset: 400, count: 50, what: 'image workers: health and metrics' },
} as const satisfies Record<string, PortBlock>;

export type PortUse = keyof typeof portBlocks;

export const defaultPortBase = 17_000;
export const portBaseVariable = 'FANOUT_LAB_PORT_BASE';

/** Ports below are the system's; above, the last block would not fit. */
const portBaseBounds = { minimum: 1024, maximum: 65_000 };

/** Numbered from 0 within its block. @throws InputError FL-out-of-range when the block has fewer */
export type PortOf = (use: PortUse, index?: number) => number;

export function portsFrom(base: number): PortOf {
  return (use, index = 0) => {
    const block = portBlocks[use];
    if (index < block.count) return base + block.offset + index;
    throw new InputError([
      {
        code: 'FL-out-of-range',
        path: '',
        message: `There are at most ${String(block.count)} of these processes on one machine (${block.what}), and this would be number ${String(index + 1)}.`,
        fix: 'Ask for fewer processes in the bench-scale form.',
        severity: 'error',
      },
    ]);
  };
}

/** @throws InputError FL-bad-endpoint when the variable is not a usable port */
export function readPortBase(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment[portBaseVariable];
  if (text === undefined || text === '') return defaultPortBase;
  const base = Number(text);
  if (/^\d{1,5}$/.test(text) && base >= portBaseBounds.minimum && base <= portBaseBounds.maximum) return base;
  throw new InputError([
    {
      code: 'FL-bad-endpoint',
      path: portBaseVariable,
      message: `${portBaseVariable} is not the number of a port.`,
      fix: `Set it to a number from ${String(portBaseBounds.minimum)} to ${String(portBaseBounds.maximum)}, or leave it out for ${String(defaultPortBase)}.`,
      severity: 'error',
    },
  ]);
}
