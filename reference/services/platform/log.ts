import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/**
 * Members whose values never reach a log, at the top and one level down: whoever logs a request, an error
 * of a client or a configuration need not think of it.
 */
const secrets = [
  'authorization',
  'password',
  'credentials',
  'accessKey',
  'secretKey',
  'secretAccessKey',
  'jwtSecret',
  'token',
  'fields',
  'policy',
];

/** One JSON object a line, on standard output unless told otherwise. */
export function createLog(instance: string, destination?: DestinationStream): Log {
  return pino(
    {
      base: { instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
}
