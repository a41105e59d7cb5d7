import type { Component } from './component.ts';
import { cache } from './cache.ts';
import { client } from './client.ts';
import { database } from './database.ts';
import { queue } from './queue.ts';
import { service } from './service.ts';
import { worker } from './worker.ts';

/** Behaviour of every kind: one line a kind, as in scenarios/kinds. */
export const components: Readonly<Record<string, Component>> = {
  Client: client,
  Service: service,
  Cache: cache,
  Database: database,
  Queue: queue,
  Worker: worker,
} as Readonly<Record<string, Component>>;
