import type { FastifyBaseLogger } from 'fastify';
import type { Bindings } from 'pino';
import type { Log } from './log.ts';

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/**
 * A log with the request's id in each line, made when the first line is written: most requests write none, and
 * a child of pino costs as much as reading a feed from memory.
 */
export function lazyRequestLog(parent: Log, bindings: Bindings): FastifyBaseLogger {
  let own: Log | undefined;
  const child = () => (own ??= parent.child(bindings));
  const log: Record<string, unknown> = {
    level: parent.level,
    silent: () => undefined,
    child: (...given: Parameters<Log['child']>) => child().child(...given),
  };
  for (const level of levels)
    log[level] = (...line: Parameters<Log['info']>) => {
      if (parent.isLevelEnabled(level)) child()[level](...line);
    };
  return log as unknown as FastifyBaseLogger;
}
