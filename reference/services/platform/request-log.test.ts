import { expect, it } from 'vitest';
import { createLog } from './log.ts';
import { lazyRequestLog } from './request-log.ts';

it('writes the request’s id in each line, and leaves out what the level does', () => {
  const lines: string[] = [];
  const log = lazyRequestLog(createLog('test', { write: (line) => void lines.push(line) }), {
    requestId: 'r1',
  });
  log.debug('not written');
  expect(lines).toEqual([]);
  log.warn({ password: 'secret' }, 'written');
  log.child({ part: 'p' }).info('too');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', requestId: 'r1', msg: 'written', password: '[redacted]' },
    { level: 'info', requestId: 'r1', part: 'p', msg: 'too' },
  ]);
});
