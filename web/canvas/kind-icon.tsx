import type { ReactNode } from 'react';
import { Drawing } from '../ui/index.ts';

const users = (
  <path d="M6 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c.2-2.3 1.8-3.7 4.2-3.7s4 1.4 4.2 3.7M10.4 3.3a2.1 2.1 0 0 1 0 4M11.6 9.5c1.6.4 2.5 1.6 2.6 3.5" />
);
const balancer = (
  <path d="M2 8h3.5M5.5 8 13 3.5M5.5 8H13M5.5 8l7.5 4.5M11 2.7l2.3.7-.9 2.2M11 13.3l2.3-.7-.9-2.2" />
);
const cylinder = (
  <path d="M3 4.2c0-1.2 2.2-2 5-2s5 .8 5 2-2.2 2-5 2-5-.8-5-2ZM3 4.2v7.6c0 1.2 2.2 2 5 2s5-.8 5-2V4.2M3 8c0 1.2 2.2 2 5 2s5-.8 5-2" />
);
const bolt = <path d="M8.8 1.8 3.6 9h3.6l-.6 5.2L12.4 7H8.6z" />;
const stream = <path d="M2 4.5h12M2 8h12M2 11.5h12M5 3.2v2.6M9.5 6.7v2.6M6.5 10.2v2.6" />;
const gear = (
  <path d="M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4" />
);
const server = <path d="M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01M8 5h3M8 11h3" />;

const drawings: Readonly<Record<string, ReactNode>> = {
  ReadClient: users,
  UploadClient: (
    <path d="M2.5 5h2.3l1-1.6h4.4l1 1.6h2.3a.8.8 0 0 1 .8.8v6.4a.8.8 0 0 1-.8.8h-11a.8.8 0 0 1-.8-.8V5.8a.8.8 0 0 1 .8-.8ZM8 11a2.2 2.2 0 1 0 0-4.4A2.2 2.2 0 0 0 8 11Z" />
  ),
  ApiGateway: <path d="M8 1.8 13 3.8v3.7c0 3.2-2 5.5-5 6.7-3-1.2-5-3.5-5-6.7V3.8zM5.9 8l1.5 1.5 2.9-3" />,
  ReadLB: balancer,
  UploadLB: balancer,
  FeedService: <path d="M2.5 3h11v10h-11zM5 6h6M5 8.3h6M5 10.5h3.5" />,
  UploadService: <path d="M8 10.5V3M5 5.7 8 2.8l3 2.9M2.5 10v2.2c0 .5.4.9.9.9h9.2c.5 0 .9-.4.9-.9V10" />,
  FeedCache: bolt,
  PostDB: cylinder,
  ObjectStorage: <path d="M8 1.8 13.5 4.7v6.6L8 14.2l-5.5-2.9V4.7zM2.7 4.8 8 7.6l5.3-2.8M8 7.6v6.5" />,
  UploadStream: stream,
  ImageWorker: <path d="M2.5 3h11v10h-11zM2.5 11l3.2-3.2 2.6 2.6 1.9-1.9 3.3 3.3M10.3 6.2h.01" />,
  FanoutWorker: (
    <path d="M2 8h3.5c3 0 2.5-5 5.5-5h2M5.5 8H13M5.5 8c3 0 2.5 5 5.5 5h2M11.6 1.6 13.2 3l-1.6 1.4M11.6 6.6 13.2 8l-1.6 1.4M11.6 11.6l1.6 1.4-1.6 1.4" />
  ),
  CDN: (
    <path d="M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM1.9 8h12.2M8 1.8c1.9 1.8 2.7 3.9 2.7 6.2S9.9 12.4 8 14.2C6.1 12.4 5.3 10.3 5.3 8S6.1 3.6 8 1.8Z" />
  ),
  Client: users,
  Service: server,
  Cache: bolt,
  Database: cylinder,
  Queue: stream,
  Worker: gear,
};

export function KindIcon({ kind, size = 16 }: { readonly kind: string; readonly size?: number }) {
  return <Drawing size={size}>{drawings[kind] ?? server}</Drawing>;
}
