import type { FastifyInstance } from 'fastify';
import { readSettings, type ApplicationSettings } from '../../contract/index.ts';
import { readEndpoints, type Endpoints } from '../../endpoints/index.ts';
import { createLog, type Log } from './log.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

/** What a process of the stack is given. */
export interface ProcessContext {
  /** Its own name, e.g. `feed-service-2`. */
  readonly instance: string;
  readonly endpoints: Endpoints;
  readonly settings: ApplicationSettings;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/** What a process consists of once it is up. */
export interface Running {
  readonly server: FastifyInstance;
  /** Health and measurements on a port of their own, where clients reach `server`. */
  readonly operations?: FastifyInstance;
  /** Lets go of everything, work in hand first; the server takes no more requests by then. */
  close(): Promise<void>;
}

/** After a signal, ms: then the process ends whatever is left. */
const shutdownMs = 1800;

/**
 * Runs a service as a process: environment in, server on its port of the loopback interface, SIGTERM and
 * SIGINT end it when the work in hand is done, within two seconds. An error that nobody caught ends it
 * with exit code 1, since nobody knows what it left behind.
 */
export async function runProcess(start: (context: ProcessContext) => Promise<Running>): Promise<void> {
  const instance = process.env['FANOUT_LAB_INSTANCE'] ?? `process-${process.pid}`;
  const log = createLog(instance);
  const dieOf = (error: unknown) => {
    log.fatal({ err: error }, 'ends because of an error that nobody caught');
    process.exit(1);
  };
  // Warnings of Node and of packages are lines of the log like all others.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn({ err: warning }, 'a warning of the platform'));
  process.on('uncaughtException', dieOf);
  process.on('unhandledRejection', dieOf);

  let running: Running | null = null;
  const end = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'ends');
    setTimeout(() => {
      log.warn('ends with work in hand: what is durable will be taken up by others');
      process.exit(0);
    }, shutdownMs);
    // A connection that is idle after its last answer would be waited for until its client lets go.
    setInterval(() => running?.server.server.closeIdleConnections(), 50);
    void (async () => {
      await running?.server.close();
      await running?.operations?.close();
      await running?.close();
      process.exit(0);
    })();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);

  const endpoints = readEndpoints(process.env);
  const settings = readSettings(process.env);
  running = await start({ instance, endpoints, settings, log, telemetry: createTelemetry(instance) });
  const address = await running.server.listen({ host: '127.0.0.1', port: readPort('FANOUT_LAB_PORT') });
  await running.operations?.listen({ host: '127.0.0.1', port: readPort('FANOUT_LAB_OPERATIONS_PORT') });
  log.info({ address }, 'is up');
}

function readPort(variable: string): number {
  const port = Number(process.env[variable]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`${variable} is not a port: processes are started by the stack.`);
  return port;
}
