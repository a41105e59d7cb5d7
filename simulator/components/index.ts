import type { Component } from './component.ts';
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

/** Behaviour of every kind: one line a kind, as in scenarios/kinds. */
export const components: Readonly<Record<string, Component>> = {
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
} as Readonly<Record<string, Component>>;
