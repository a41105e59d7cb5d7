import type { Node, Scenario } from '../scenario.ts';
import type { ConfigOf, KindName } from '../kinds/index.ts';
import { HOURS_A_MONTH, SECONDS_A_MONTH, usdFor, type PriceId } from './prices.ts';

/** One line of a bill. */
export interface BillItem {
  readonly price: PriceId;
  /** Units of the price in a month. */
  readonly quantity: number;
  readonly usdPerMonth: number;
  /** `capacity`: rented whatever happens; `usage`: for what was asked for, as if all month were like the run. */
  readonly basis: 'capacity' | 'usage';
}

/** What a node was asked for, a second. */
export interface Usage {
  readonly throughputPerSecond: number;
  readonly getsPerSecond: number;
  readonly putsPerSecond: number;
  /** Image views that it answered to clients. */
  readonly viewsPerSecond: number;
}

const item = (price: PriceId, quantity: number, basis: BillItem['basis']): BillItem => ({
  price,
  quantity,
  usdPerMonth: usdFor(price, quantity),
  basis,
});
const rented = (price: PriceId, count: number): BillItem => item(price, count * HOURS_A_MONTH, 'capacity');
const perMillion = (price: PriceId, perSecond: number): BillItem =>
  item(price, (perSecond * SECONDS_A_MONTH) / 1e6, 'usage');
const perGigabyte = (price: PriceId, bytesPerSecond: number): BillItem =>
  item(price, (bytesPerSecond * SECONDS_A_MONTH) / 1e9, 'usage');

/** The least memory that Fargate sells with a vCPU. */
const GB_A_VCPU = 2;
const containers = (vcpus: number): readonly BillItem[] => [
  rented('fargate-vcpu', vcpus),
  rented('fargate-memory', vcpus * GB_A_VCPU),
];

/** Mean bytes of an image view: a share of the clients gets the smaller WebP. */
export const bytesAView = ({ jpegBytes, webpSaving, webpShare }: ConfigOf<'CDN'>): number =>
  jpegBytes * (1 - webpSaving * webpShare);

/** Without a CDN every client gets JPEG: it is the CDN that negotiates. */
const JPEG_BYTES = 80_000;

/**
 * What a node of each kind is billed for. Left out, so that every sum is a lower bound: transfer between
 * zones, API answers to the internet, capacity units of load balancers, disks of brokers and databases,
 * back-ups, support. Kinds that are not here rent nothing, or nothing that could be known.
 */
const bills: {
  readonly [Kind in KindName]?: (config: ConfigOf<Kind>, used: Usage) => readonly BillItem[];
} = {
  ApiGateway: ({ instances, cores }) => containers(instances * cores),
  ReadLB: () => [rented('alb-hours', 1)],
  UploadLB: () => [rented('alb-hours', 1)],
  FeedService: ({ instances, cores }) => containers(instances * cores),
  UploadService: ({ instances, cores }) => containers(instances * cores),
  // A primary and, as the seed has it, a replica for each shard.
  FeedCache: ({ shards }) => [rented('elasticache-r7g-4xlarge', 2 * shards)],
  PostDB: ({ engine, partitions, replicas, postgresql }) =>
    engine === 'postgresql'
      ? [rented('rds-r6g', postgresql.cores * (1 + postgresql.readReplicas))]
      : [rented('ec2-i4i-2xlarge', partitions * replicas)],
  UploadStream: ({ brokers }) => [rented('msk-m7g-xlarge', brokers)],
  // A worker is one thread.
  ImageWorker: ({ workers }) => containers(workers),
  FanoutWorker: ({ workers }) => containers(workers),
  ObjectStorage: ({ storedTerabytes }, { getsPerSecond, putsPerSecond, viewsPerSecond }) => [
    item('s3-standard', storedTerabytes * 1000, 'capacity'),
    perMillion('s3-puts', putsPerSecond),
    perMillion('s3-gets', getsPerSecond),
    ...(viewsPerSecond > 0 ? [perGigabyte('s3-internet-egress', viewsPerSecond * JPEG_BYTES)] : []),
  ],
  CDN: (config, { viewsPerSecond }) => [
    perGigabyte('cloudfront-egress', viewsPerSecond * bytesAView(config)),
    perMillion('cloudfront-requests', viewsPerSecond),
  ],
};

/** Whether a bill can be written for nodes of this kind. */
export const isBilled = (kind: string): kind is keyof typeof bills => Object.hasOwn(bills, kind);

/** What a node costs a month; empty for a kind that nobody bills. */
export function billOf(node: Node, used: Usage): readonly BillItem[] {
  if (!isBilled(node.kind)) return [];
  const bill = bills[node.kind] as (config: Node['config'], used: Usage) => readonly BillItem[];
  return bill(node.config, used);
}

/** Bytes a second that stay in ObjectStorage: originals as they come, variants as images are done. */
export function storedBytesPerSecond(
  scenario: Scenario,
  rates: { readonly originalsPerSecond: number; readonly imagesDonePerSecond: number },
): number {
  const configOf = (kind: string) => scenario.design.nodes.find((node) => node.kind === kind)?.config;
  const client = configOf('UploadClient') as ConfigOf<'UploadClient'> | undefined;
  const storage = configOf('ObjectStorage') as ConfigOf<'ObjectStorage'> | undefined;
  return (
    rates.originalsPerSecond * (client?.mediaBytes ?? 0) +
    rates.imagesDonePerSecond * (storage?.variantBytesPerImage ?? 0)
  );
}
