import { describe, expect, it } from 'vitest';
import { billOf, prices, usdFor, type PriceId, type Usage } from './index.ts';

const idle: Usage = { throughputPerSecond: 0, getsPerSecond: 0, putsPerSecond: 0, viewsPerSecond: 0 };
const node = (kind: string, config: object) => ({ id: 'n', kind, config: config as Record<string, unknown> });
const totalOf = (kind: string, config: object, used: Partial<Usage> = {}) =>
  billOf(node(kind, config), { ...idle, ...used }).reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);

describe('a tiered price', () => {
  it('costs each unit what its tier says, worked out by hand', () => {
    // 10 TB at 8.5, 40 TB at 8, 100 TB at 6, 50 TB at 4 cents a GB.
    expect(usdFor('cloudfront-egress', 200_000)).toBeCloseTo(850 + 3200 + 6000 + 2000, 6);
    // 50 TB at 2.3, 450 TB at 2.2, the rest of 50 PB at 2.1 cents a GB.
    expect(usdFor('s3-standard', 50_000_000)).toBeCloseTo(1150 + 9900 + 49_500_000 * 0.021, 3);
  });

  it('costs nothing for nothing', () => {
    for (const id of Object.keys(prices)) expect(usdFor(id as PriceId, 0)).toBe(0);
  });
});

it('every price says where and when it was listed, and that it wants to be checked', () => {
  for (const { usdFrom, region, date, source } of Object.values(prices)) {
    expect(usdFrom[0]![0]).toBe(0);
    expect(usdFrom.every(([from], i) => i === 0 || from > usdFrom[i - 1]![0])).toBe(true);
    expect(region).toBe('us-east-1');
    expect(date).toMatch(/^\d{4}-\d{2}$/);
    expect(source).toContain('check before use');
  }
});

describe('bills, worked out by hand', () => {
  it('twelve shards with a replica each, for 730 hours', () => {
    expect(totalOf('FeedCache', { shards: 12 })).toBeCloseTo(24 * 730 * 1.749, 6);
  });

  it('a database by its engine', () => {
    const postgresql = { cores: 4, readReplicas: 2 };
    expect(totalOf('PostDB', { engine: 'postgresql', postgresql })).toBeCloseTo(12 * 730 * 0.1124, 6);
    const cassandra = { engine: 'cassandra', partitions: 64, replicas: 3, postgresql };
    expect(totalOf('PostDB', cassandra)).toBeCloseTo(192 * 730 * 0.686, 6);
  });

  it('cores of containers, with 2 GB each', () => {
    expect(totalOf('FeedService', { instances: 96, cores: 8 })).toBeCloseTo(
      768 * 730 * (0.04048 + 2 * 0.004445),
      6,
    );
  });

  it('images by size, format and number', () => {
    const cdn = { jpegBytes: 100_000, webpSaving: 0.3, webpShare: 0.5 };
    // One view a second: 2,628,000 a month of 85 KB each, 223.38 GB.
    expect(totalOf('CDN', cdn, { viewsPerSecond: 1 })).toBeCloseTo(223.38 * 0.085 + 2.628, 6);
  });

  it('storage, with what leaves it for the internet only where clients read from it', () => {
    const storage = { storedTerabytes: 10 };
    const requests = 10_000 * 0.023 + 2.628 * 5 + 2 * 2.628 * 0.4;
    expect(totalOf('ObjectStorage', storage, { putsPerSecond: 1, getsPerSecond: 2 })).toBeCloseTo(
      requests,
      6,
    );
    expect(
      totalOf('ObjectStorage', storage, { putsPerSecond: 1, getsPerSecond: 2, viewsPerSecond: 1 }),
    ).toBeCloseTo(requests + 2.628 * 80 * 0.09, 6);
  });

  it('nothing for kinds that nobody can price', () => {
    expect(billOf(node('Service', { servers: 1 }), idle)).toEqual([]);
  });
});
