import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startStack, type Stack } from '../stack/index.ts';
import { testEnvironment } from '../stack/test-environment.fixture.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    profile: 'small',
    environment: testEnvironment('start-order'),
    settings: { feedServices: 1, uploadServices: 1, fanoutWorkers: 1, imageWorkers: 1 },
  });
});
afterAll(() => stack.stop());

/** A deployment during an outage of the database once left no upload service behind. */
it('services that start while the post database is away work when it is back', async () => {
  const { processes } = stack;
  await processes.kill('cassandra-1');
  const services = processes.list().filter(({ part, id }) => part === 'services' && id !== 'gateway-1');
  await Promise.all(services.map(({ id }) => processes.restart(id)));
  for (const { id } of services)
    await vi.waitFor(
      () =>
        expect(readFileSync(join(stack.runDirectory, 'logs', `${id}.log`), 'utf8')).toContain(
          'Cassandra cannot be reached yet',
        ),
      { timeout: 60_000, interval: 200 },
    );
  await processes.restart('cassandra-1');
  await stack.ready();
});
