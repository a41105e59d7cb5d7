import { Client, type ClientOptions } from 'cassandra-driver';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openClient } from './cassandra-client.ts';

const options: ClientOptions = { contactPoints: ['127.0.0.1:1'], localDataCenter: 'datacenter1' };

/** The driver's own search for a node, with nodes that answer at once and take a while to describe the others. */
function searches(client: Client) {
  const control = (client as unknown as { controlConnection: Record<string, unknown> }).controlConnection;
  let begun = 0;
  const plan = (_keyspace: null, _query: null, done: (error: null, hosts: Iterator<never>) => void) => {
    done(null, [][Symbol.iterator]());
  };
  Object.assign(control, {
    _profileManager: { getDefaultLoadBalancing: () => ({ newQueryPlan: plan }) },
    _reconnectionPolicy: { newSchedule: () => [][Symbol.iterator]() },
    _refreshControlConnection: async () => {
      if (++begun > 1) await sleep(60);
      Object.assign(control, {
        host: new EventEmitter(),
        connection: Object.assign(new EventEmitter(), { endpointFriendlyName: 'node', endpoint: 'node' }),
      });
    },
    _refreshHosts: () => sleep(20),
    _registerToConnectionEvents: () => Promise.resolve(),
  });
  const search = control['_refresh'] as () => Promise<void>;
  return { search: () => search.call(control), begun: () => begun };
}

it('searches once, however many signs there are that a node has gone, and again later', async () => {
  const { search, begun } = searches(openClient(options));
  const first = search();
  await sleep(5);
  await expect(Promise.all([first, search(), search()])).resolves.toBeDefined();
  expect(begun()).toBe(1);
  await search();
  expect(begun()).toBe(2);
});

it('is still needed: the driver alone takes the connection from under a search', async () => {
  const { search } = searches(new Client(options));
  const first = search();
  await sleep(5);
  await expect(Promise.all([first, search()])).rejects.toThrow(TypeError);
});
