import type { z } from '../zod.ts';
import type { KindDefinition } from './kind.ts';
import { apiGateway } from './api-gateway.ts';
import { cache } from './cache.ts';
import { cdn } from './cdn.ts';
import { client } from './client.ts';
import { database } from './database.ts';
import { fanoutWorker } from './fanout-worker.ts';
import { feedCache } from './feed-cache.ts';
import { feedService } from './feed-service.ts';
import { imageWorker } from './image-worker.ts';
import { objectStorage } from './object-storage.ts';
import { postDB } from './post-db.ts';
import { queue } from './queue.ts';
import { readClient } from './read-client.ts';
import { readLB } from './read-lb.ts';
import { service } from './service.ts';
import { uploadClient } from './upload-client.ts';
import { uploadLB } from './upload-lb.ts';
import { uploadService } from './upload-service.ts';
import { uploadStream } from './upload-stream.ts';
import { worker } from './worker.ts';

/** Every kind, one import and one line each, in the order of the palette. */
const definitions = {
  Client: client,
  Service: service,
  Cache: cache,
  Database: database,
  Queue: queue,
  Worker: worker,
  ReadClient: readClient,
  UploadClient: uploadClient,
  ApiGateway: apiGateway,
  ReadLB: readLB,
  UploadLB: uploadLB,
  FeedService: feedService,
  UploadService: uploadService,
  FeedCache: feedCache,
  PostDB: postDB,
  ObjectStorage: objectStorage,
  UploadStream: uploadStream,
  ImageWorker: imageWorker,
  FanoutWorker: fanoutWorker,
  CDN: cdn,
};

export type KindName = keyof typeof definitions;

/** The complete configuration of a kind: `ConfigOf<'Service'>`. */
export type ConfigOf<Name extends KindName> = z.output<(typeof definitions)[Name]['config']>;

export const kinds: Readonly<Record<string, KindDefinition>> = definitions;

/** The kind of this name, or undefined; safe for names from a file. */
export function findKind(name: string): KindDefinition | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

export { clientFlows, type ClientFlow } from './client.ts';
