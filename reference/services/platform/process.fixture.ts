/** A process whose only route answers when its standard input ends. */
import { once } from 'node:events';
import { createServer, runProcess } from './index.ts';

await runProcess(({ log, telemetry }) => {
  const server = createServer({ log, telemetry, requestIds: 'own', checks: {} });
  server.get('/slow', async () => {
    log.info('in hand');
    process.stdin.resume();
    await once(process.stdin, 'end');
    return { done: true };
  });
  server.get('/fault', () => {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return {};
  });
  return Promise.resolve({
    server,
    close: () => {
      log.info('let go');
      return Promise.resolve();
    },
  });
});
