import { describe, expect, it } from 'vitest';
import { TieredPopularity } from '../stations/image-popularity.ts';
import { runOf } from './instagram.fixture.ts';

const readsOnly = {
  'upload-client.like': null,
  'upload-client.comment': { process: 'constant', ratePerSecond: 1 },
  'upload-client.photoUpload': null,
  'read-client.clientCacheHitRatio': 0,
};
const views = (set: object, rest: object = {}) =>
  runOf({ durationSeconds: 20, set: { ...readsOnly, ...set }, ...rest });
const latencyOf = (set: object, remove: readonly string[] = []) =>
  views(set, {
    remove,
    edges: remove.length > 0 ? [{ source: 'read-client', target: 'object-storage' }] : [],
  }).flows['image-view']!.latencyMs;

describe('an image takes the published time of the tier that has it', () => {
  it('edge', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 1 }).max).toBeCloseTo(5, 3);
  });
  it('regional cache', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 0, 'cdn.regionalHitRatio': 1 }).max).toBeCloseTo(5 + 15, 3);
  });
  it('origin', () => {
    expect(latencyOf({ 'cdn.edgeHitRatio': 0, 'cdn.regionalHitRatio': 0 }).max).toBeCloseTo(5 + 15 + 50, 3);
  });
  it('origin alone, where there is no CDN', () => {
    expect(latencyOf({}, ['cdn']).max).toBeCloseTo(50, 3);
  });
});

it('tiers hit by their ratios, 97 % together; the browser has its share before', () => {
  const { components, flows } = views({ 'read-client.clientCacheHitRatio': 0.655 }, { durationSeconds: 100 });
  const cdn = components['cdn']!;
  const views5 = 100 * 5 * 0.345;
  // Five standard errors of the 17,250 views.
  expect(Math.abs(flows['image-view']!.offeredPerSecond - views5)).toBeLessThan(
    5 * Math.sqrt((500 * 0.345 * 0.655) / 100),
  );
  expect(Math.abs(cdn.hitRatio! - 0.97)).toBeLessThan(5 * Math.sqrt((0.97 * 0.03) / 17_250));
  expect(Math.abs((cdn['edgeHitsPerSecond'] as number) / cdn.throughputPerSecond - 0.85)).toBeLessThan(
    5 * Math.sqrt((0.85 * 0.15) / 17_250),
  );
});

describe('the image of a whale’s post', () => {
  const post = {
    id: 'post',
    atSeconds: 2,
    kind: 'whale-post',
    followers: 500_000_000,
    readBoost: 0,
    halfLifeSeconds: 1000,
  };
  const keyed = (set: object) =>
    views(
      {
        'cdn.edgeHitRatio': 1,
        'cdn.edges': 10,
        'cdn.regionals': 2,
        'read-client.feedRead': { process: 'constant', ratePerSecond: 1000 },
        ...set,
      },
      { timeline: [post] },
    );
  const fetches = (set: object) => (keyed(set).components['cdn']!['originFetchesPerSecond'] as number) * 20;

  it('starts cold in every tier, and is fetched once by each cache when views coalesce', () => {
    expect(fetches({})).toBeCloseTo(2, 6);
    const { flows } = keyed({});
    expect(flows['image-view']!.latencyMs.max).toBeCloseTo(70, 0);
    expect(flows['image-view']!.latencyMs.p50).toBeCloseTo(5, 1);
  });

  it('is fetched again and again until the first fetch is there when they do not', () => {
    // For some 65 ms, a thousand a second: those at one of the ten edges that are cold.
    expect(fetches({ 'cdn.coalesce': false })).toBeGreaterThan(20);
  });

  it('makes those who wait for another’s fetch wait no longer than it takes', () => {
    const waiting = keyed({}).components['cdn']!.waitMs;
    expect(waiting.mean).toBeGreaterThanOrEqual(0);
    const { flows } = keyed({ 'cdn.edges': 1, 'cdn.regionals': 1 });
    expect(flows['image-view']!.latencyMs.max).toBeCloseTo(70, 0);
  });
});

it('an origin that throttles fails what both tiers miss', () => {
  const { flows } = views({
    'cdn.edgeHitRatio': 0,
    'cdn.regionalHitRatio': 0,
    'object-storage.getsPerPrefixPerSecond': 1,
  });
  expect(flows['image-view']!.errors.rejected).toBeGreaterThan(5000);
});

const perSecond = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
/** Few images and caches, so that runs of seconds see what takes a real CDN hours. */
const few = {
  'read-client.feedRead': perSecond(200),
  'cdn.edges': 8,
  'cdn.regionals': 2,
  'cdn.hits': 'popularity',
  'cdn.popularity': {
    images: 500,
    zipfExponent: 0.9,
    lifetimeSeconds: null,
    edgeCapacity: 150,
    regionalCapacity: 400,
    followed: 500,
  },
  'object-storage.getsPerPrefixPerSecond': null,
};
const purge = (tier: string, atSeconds = 10) => [
  { id: 'purge', kind: 'cdn-purge', target: 'cdn', atSeconds, tier, durationSeconds: 2 },
];
const figure = (result: ReturnType<typeof views>, phase: string, name: string): number =>
  result.phases[phase]!.components['cdn']![name] as number;

describe('hits that follow from popularity', () => {
  it('are as many as the popularity and the sizes of the caches make', () => {
    const model = new TieredPopularity({
      images: 500,
      zipfExponent: 0.9,
      lifetimeSeconds: Infinity,
      formats: [0.96, 0.04],
      viewsPerSecond: 1000,
      edges: 8,
      regionals: 2,
    });
    const { edge, regional } = model.hitRatios(model.timesOfCapacities(150, 400));
    const { components } = views(few);
    const cdn = components['cdn']!;
    const edgeRatio = (cdn['edgeHitsPerSecond'] as number) / cdn.throughputPerSecond;
    // Five standard errors of 20,000 views, and what a fetch takes longer than nothing.
    expect(Math.abs(edgeRatio - edge)).toBeLessThan(0.025);
    expect(Math.abs(cdn.hitRatio! - (edge + (1 - edge) * regional))).toBeLessThan(0.025);
  });

  it('fetches an image once for all who want it from one cache at a time', () => {
    const one = {
      ...few,
      'cdn.edges': 1,
      'cdn.regionals': 1,
      'cdn.popularity.images': 1,
      'cdn.webpShare': 1,
    };
    const cold = (set: object) =>
      views({ ...one, 'cdn.popularity.followed': 1, ...set }, { timeline: purge('all') });
    const fetches = (set: object) => 2 * figure(cold(set), 'during:purge', 'originFetchesPerSecond');
    expect(fetches({})).toBeCloseTo(1, 6);
    // A thousand views a second for the 65 ms of a fetch.
    expect(fetches({ 'cdn.coalesce': false })).toBeGreaterThan(50);
    const waited = cold({}).phases['during:purge']!.flows['image-view']!.latencyMs;
    expect(waited.max).toBeCloseTo(70, 0);
  });

  it('keep the formats apart', () => {
    const one = { ...few, 'cdn.edges': 1, 'cdn.regionals': 1, 'cdn.popularity.images': 1 };
    const fetched = views({ ...one, 'cdn.webpShare': 0.5 }, { timeline: purge('all') });
    expect(2 * figure(fetched, 'during:purge', 'originFetchesPerSecond')).toBeCloseTo(2, 6);
  });
});

describe('a purge', () => {
  const ratios = { ...few, 'cdn.hits': 'ratios', 'cdn.popularity.images': 100_000 };
  const originShare = (result: ReturnType<typeof views>, phase: string) =>
    figure(result, phase, 'originFetchesPerSecond') / figure(result, phase, 'throughputPerSecond');

  it('of all tiers sends views to the origin until the popular images are back', () => {
    const result = views(ratios, { timeline: purge('all'), durationSeconds: 40 });
    expect(originShare(result, 'before')).toBeCloseTo(0.03, 1);
    expect(originShare(result, 'during:purge')).toBeGreaterThan(0.4);
    const after = originShare(result, 'after:purge');
    expect(after).toBeLessThan(originShare(result, 'during:purge'));
    expect(after).toBeGreaterThan(originShare(result, 'before'));
  });

  it('of the edges alone spares the origin most of that', () => {
    const of = (tier: string) => originShare(views(ratios, { timeline: purge(tier) }), 'during:purge');
    expect(of('edge')).toBeLessThan(0.7 * of('all'));
  });

  it('changes nothing before it', () => {
    const { phases } = views(ratios, { timeline: purge('all') });
    const [plain, purged] = [views(ratios), views(ratios, { timeline: purge('all', 19) })];
    expect(phases['before']).toBeDefined();
    expect(purged.series['flows.image-view.offeredPerSecond']).toEqual(
      plain.series['flows.image-view.offeredPerSecond'],
    );
    const first = (result: typeof plain) =>
      (result.series['flows.image-view.latencyMs.p99'] as number[]).slice(0, 18);
    expect(first(purged)).toEqual(first(plain));
  });
});

it('a change of the hit ratios reaches edge after edge', () => {
  const set = { 'cdn.edges': 10, 'cdn.edgeHitRatio': 1, 'read-client.feedRead': perSecond(400) };
  const timeline = [{ id: 'mistake', kind: 'set', atSeconds: 10, path: 'cdn.edgeHitRatio', value: 0 }];
  const { series } = views({ ...set, 'cdn.propagationSeconds': 10 }, { timeline });
  const p50 = series['flows.image-view.latencyMs.p50'] as number[];
  // Half of the edges follow within 5 s; until then the median view hits.
  expect(p50[13]).toBeCloseTo(5, 1);
  expect(p50[17]).toBeCloseTo(20, 1);
});

describe('any other change', () => {
  const set = { 'cdn.edges': 10, 'cdn.edgeHitRatio': 1, 'read-client.feedRead': perSecond(400) };
  const p50 = (change: object) =>
    views(
      { ...set, 'cdn.propagationSeconds': 10 },
      { timeline: [{ id: 'change', kind: 'set', atSeconds: 4, ...change }] },
    ).series['flows.image-view.latencyMs.p50'] as number[];
  it('too', () => {
    const slower = p50({ path: 'cdn.edgeDelay', value: { distribution: 'constant', ms: 8 } });
    expect(slower[7]).toBeCloseTo(5, 1);
    expect(slower[11]).toBeCloseTo(12, 1);
  });
  it('and what undoes it', () => {
    const signed = { distribution: 'constant', ms: 7 };
    const undone = p50({ path: 'cdn.signatureDelay', value: signed, durationSeconds: 2 });
    // No more than a fifth of the edges have the change at a time.
    expect(Math.max(...undone)).toBeLessThan(5.5);
    const lasting = p50({ path: 'cdn.signatureDelay', value: signed, atSeconds: 2, durationSeconds: 10 });
    expect(lasting[11]).toBeCloseTo(12, 1);
    expect(lasting[19]).toBeCloseTo(5, 1);
  });
});

it('a signed URL takes time to check', () => {
  const signatureDelay = { distribution: 'constant', ms: 2 };
  expect(latencyOf({ 'cdn.edgeHitRatio': 1, 'cdn.signatureDelay': signatureDelay }).max).toBeCloseTo(7, 3);
});

describe('images that are not processed yet', () => {
  const post = {
    id: 'post',
    atSeconds: 2,
    kind: 'whale-post',
    followers: 500_000_000,
    readBoost: 0,
    halfLifeSeconds: 1000,
    durationSeconds: 8,
  };
  const crash = {
    id: 'crash',
    kind: 'workers-crash',
    target: 'image-worker',
    atSeconds: 1,
    durationSeconds: 9,
  };
  const during = (unprocessed: string) =>
    views({ 'cdn.unprocessed': unprocessed, 'cdn.edgeHitRatio': 1 }, { timeline: [crash, post] }).phases[
      'during:post'
    ]!;

  it('are 404 until a worker is done', () => {
    const { flows, components } = during('not-found');
    const { errors, counts } = flows['image-view']!;
    // One in five images of a feed is of the post.
    expect(errors.notFound / (counts.failed + counts.completed)).toBeCloseTo(0.2, 1);
    // A hundred a second of it, from the acknowledgement: the upload takes a second.
    expect(components['cdn']!['unprocessedPerSecond']).toBeGreaterThan(85);
  });

  it('or a placeholder', () => {
    expect(during('placeholder').flows['image-view']!.errors.notFound).toBe(0);
    expect(during('placeholder').components['cdn']!['unprocessedPerSecond']).toBeGreaterThan(85);
  });

  it('or shown all the same', () => {
    expect(during('show').components['cdn']!['unprocessedPerSecond']).toBeUndefined();
  });
});
