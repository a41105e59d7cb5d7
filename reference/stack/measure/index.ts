import { availableParallelism, cpus } from 'node:os';
import type { StackOptions } from '../start.ts';
import { measureCassandra } from './cassandra.ts';
import { measureKafka } from './kafka.ts';
import { measureRedis } from './redis.ts';
import { measurementTable, type Tell } from './timing.ts';

/** Kills and restarts parts one after the other, and returns how long that was felt, as Markdown. */
export async function measureFailOver(options: StackOptions, tell: Tell): Promise<string> {
  const measurements = [
    ...(await measureRedis(options, tell)),
    ...(await measureKafka(options, tell)),
    ...(await measureCassandra(options, tell)),
  ];
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${String(availableParallelism())} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  return `${measurementTable(measurements)}\n\nMeasured ${day} on ${machine}, Linux.\n`;
}
