import type { PortOf, Profile } from '../stack/index.ts';
import type { Address, Routes } from '../endpoints/index.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** Which processes open the connections of an edge, and what they connect to. */
interface Cut {
  /** Beginnings of process ids; `generator` is the load generator. */
  readonly processes: readonly string[];
  readonly to: 'redis' | 'cassandra' | 'kafka' | 'objectStore' | 'readLb' | 'uploadLb' | 'cdnEdge';
}

/** Edges that can be cut, by the kinds of their ends. Consumers fetch: theirs are the connections of a stream. */
const cuts: Readonly<Record<string, Cut>> = {
  'ReadClient->CDN': { processes: ['generator'], to: 'cdnEdge' },
  'UploadClient->ObjectStorage': { processes: ['generator'], to: 'objectStore' },
  'ApiGateway->ReadLB': { processes: ['gateway-'], to: 'readLb' },
  'ApiGateway->UploadLB': { processes: ['gateway-'], to: 'uploadLb' },
  'FeedService->FeedCache': { processes: ['feed-service-'], to: 'redis' },
  'FeedService->PostDB': { processes: ['feed-service-'], to: 'cassandra' },
  'UploadService->PostDB': { processes: ['upload-service-', 'relay-'], to: 'cassandra' },
  'UploadService->UploadStream': { processes: ['upload-service-', 'relay-'], to: 'kafka' },
  'UploadStream->FanoutWorker': { processes: ['fanout-worker-'], to: 'kafka' },
  'UploadStream->ImageWorker': { processes: ['image-worker-'], to: 'kafka' },
  'FanoutWorker->FeedCache': { processes: ['fanout-worker-'], to: 'redis' },
  'FanoutWorker->PostDB': { processes: ['fanout-worker-'], to: 'cassandra' },
  'ImageWorker->ObjectStorage': { processes: ['image-worker-'], to: 'objectStore' },
  'ImageWorker->PostDB': { processes: ['image-worker-'], to: 'cassandra' },
  'CDN->ObjectStorage': { processes: ['cdn-regional'], to: 'objectStore' },
};

/** Whether an edge between such kinds can be cut. */
export const canCut = (kinds: string): boolean => kinds in cuts;

function addressesOf(
  to: Cut['to'],
  { redisShards, cassandraNodes, kafkaBrokers, cdnEdges }: Profile,
  portOf: PortOf,
) {
  const list = (count: number, address: (index: number) => Address): readonly Address[] =>
    Array.from({ length: count }, (_, index) => address(index));
  switch (to) {
    case 'redis':
      return list(2 * redisShards, (i) => `127.0.0.1:${portOf('redis', i)}`);
    case 'cassandra':
      return list(cassandraNodes, (i) => `127.0.0.${i + 1}:${portOf('cassandra')}`);
    case 'kafka':
      return list(kafkaBrokers, (i) => `127.0.0.1:${portOf('kafka', i)}`);
    case 'cdnEdge':
      return list(cdnEdges, (i) => `127.0.0.1:${portOf('cdnEdge', i)}`);
    default:
      return [`127.0.0.1:${portOf(to)}`];
  }
}

/** The proxies of the edges that a timeline cuts; connections of other edges make no detour. */
export class EdgeProxies {
  private constructor(
    private readonly edges: ReadonlyMap<
      string,
      { readonly cut: Cut; readonly proxies: ReadonlyMap<Address, TcpProxy> }
    >,
  ) {}

  /** @param edges Kinds of the ends, as `FeedService->PostDB`; each must be one that `canCut`. */
  static async open(edges: readonly string[], profile: Profile, portOf: PortOf): Promise<EdgeProxies> {
    const opened = new Map<string, { readonly cut: Cut; readonly proxies: ReadonlyMap<Address, TcpProxy> }>();
    for (const kinds of new Set(edges)) {
      const cut = cuts[kinds];
      if (cut === undefined) throw new Error(`No proxy can stand in ${kinds}.`);
      const proxies = new Map<Address, TcpProxy>();
      for (const address of addressesOf(cut.to, profile, portOf))
        proxies.set(address, await TcpProxy.listen(address));
      opened.set(kinds, { cut, proxies });
    }
    return new EdgeProxies(opened);
  }

  /** Detours of a process of the stack, or of the `generator`. */
  routesOf(processId: string): Routes {
    const detours = [...this.edges.values()]
      .filter(({ cut }) => cut.processes.some((beginning) => processId.startsWith(beginning)))
      .flatMap(({ proxies }) =>
        [...proxies].map(([address, proxy]): [Address, Address] => [address, proxy.address]),
      );
    return Object.fromEntries(detours);
  }

  of(kinds: string): readonly TcpProxy[] {
    return [...(this.edges.get(kinds)?.proxies.values() ?? [])];
  }

  async close(): Promise<void> {
    for (const { proxies } of this.edges.values()) for (const proxy of proxies.values()) await proxy.close();
  }
}
