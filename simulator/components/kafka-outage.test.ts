import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import { summarize } from '../statistics/index.ts';
import { instagram, runOf, type Parts } from './instagram.fixture.ts';

const uploads = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });
/** Ten posts a second by authors with 20 followers; workers enough for forty. */
const quiet = {
  'read-client.feedRead': null,
  'read-client.postDetail': uploads(1),
  'upload-client.like': null,
  'upload-client.comment': null,
  'upload-client.photoUpload': uploads(10),
  'population.followers.mean': 20,
  'population.followers.max': 20,
  'image-worker.workers': 20,
  'fanout-worker.workers': 4,
};
const outage = (more: object = {}) => ({
  id: 'down',
  kind: 'kafka-outage',
  atSeconds: 10,
  durationSeconds: 20,
  ...more,
});
const run = (parts: Parts) => runOf({ durationSeconds: 60, ...parts, set: { ...quiet, ...parts.set } });
const perSecond = (result: ReturnType<typeof run>, flow: string) =>
  result.series[`flows.${flow}.completedPerSecond`] as number[];

describe('an outage of all brokers', () => {
  const upAt = 30 + 7.4;

  describe('with an outbox', () => {
    const result = run({ timeline: [outage()] });
    const { flows, components } = result;

    it('fails no upload: each waits for the time-out of its publish', () => {
      expect(flows['photo-upload']!.counts.failed).toBe(0);
      expect(flows['photo-upload']!.latencyMs.max).toBeGreaterThan(500);
      expect(flows['photo-upload']!.latencyMs.max).toBeLessThan(550);
    });
    it('loses nothing: all is done in the end', () => {
      for (const flow of ['image-processing', 'fanout']) {
        const { arrivals, completed, inFlightAtEnd, failed } = flows[flow]!.counts;
        expect(failed).toBe(0);
        expect(completed + inFlightAtEnd).toBe(arrivals);
        expect(inFlightAtEnd).toBeLessThan(10);
        // One message for each upload, none twice.
        expect(Math.abs(arrivals - flows['photo-upload']!.counts.completed)).toBeLessThanOrEqual(2);
      }
      expect(components['upload-stream']!['lostMessages']).toBe(0);
      expect(components['upload-service']!['keptEvents']).toBeGreaterThan(2 * 10 * 26);
    });
    it('stops images and fan-out until the brokers work again', () => {
      // What was in hand when they stopped is finished.
      expect(perSecond(result, 'fanout').slice(11, 37)).toEqual(Array(26).fill(0));
      expect(perSecond(result, 'image-processing').slice(11, 37)).toEqual(Array(26).fill(0));
      expect(perSecond(result, 'fanout')[37]!).toBeGreaterThan(20);
    });
    it('drains the backlog as a fluid does: the excess over the spare capacity', () => {
      const done = perSecond(result, 'image-processing');
      const capacity = 20 / 0.50025;
      const drained = done.findIndex((rate, second) => second > 40 && rate < 0.6 * capacity);
      const backlog = 10 * (upAt - 10);
      expect(drained - upAt).toBeGreaterThan(0.8 * (backlog / (capacity - 10)));
      expect(drained - upAt).toBeLessThan(1.2 * (backlog / (capacity - 10)) + 1);
    });
    it('makes feeds as stale as it lasts, from the acknowledgement on', () => {
      const stale = flows['fanout-lag']!.latencyMs.max! / 1000;
      expect(stale).toBeGreaterThan(upAt - 11);
      expect(stale).toBeLessThan(upAt - 10 + 5);
    });
  });

  it('hides no post from readers who pull all of them, once that is noticed', () => {
    const pulling = {
      'read-client.feedRead': uploads(20),
      'feed-service.pullOnOutboxPosts': 5,
      'feed-service.pullOnLagSeconds': 2,
    };
    const { flows, series } = run({ timeline: [outage()], set: pulling });
    const pulled = series['components.feed-service.pullOnlyReadsPerSecond'] as number[];
    // Publishes fail after half a second; from five of them on, at the next second, until the fan-out has caught up.
    expect(pulled.slice(0, 11).every((rate) => rate === 0)).toBe(true);
    expect(pulled.slice(12, Math.floor(upAt)).every((rate) => rate === 20)).toBe(true);
    expect(pulled.at(-1)).toBe(0);
    const { counts, latencyMs } = flows['fanout-lag']!;
    expect(counts.completed).toBe(20 * flows['fanout']!.counts.completed);
    expect(latencyMs.max).toBeLessThan(2500);
    const blind = run({ timeline: [outage()], set: { ...pulling, 'feed-service.pullOnOutboxPosts': null } });
    expect(blind.flows['fanout-lag']!.latencyMs.max).toBeGreaterThan(20_000);
  });

  it('costs uploads no time once a circuit breaker sends events straight to the outbox', () => {
    const circuitBreaker = {
      failureRatio: 0.5,
      windowSeconds: 2,
      minimumCalls: 10,
      openMs: 60_000,
      halfOpenCalls: 1,
    };
    const set = { 'upload-service->upload-stream.circuitBreaker': circuitBreaker };
    const { phases } = run({ set, timeline: [outage()] });
    const uploaded = phases['during:down']!.flows['photo-upload']!;
    expect(uploaded.counts.failed).toBe(0);
    expect(uploaded.latencyMs.p90).toBeLessThan(50);
  });

  it('fails uploads without an outbox, and what a publisher gave up is lost', () => {
    const set = { 'upload-service.outbox': false, 'upload-service.deliveryTimeoutSeconds': 10 };
    const { flows, components } = run({ set, timeline: [outage()] });
    const upload = flows['photo-upload']!;
    expect(Math.abs(upload.errors.timeout - 10 * (upAt - 10))).toBeLessThan(15);
    // Those of the last ten seconds are delivered, although their callers have gone.
    const lost = components['upload-stream']!['lostMessages'] as number;
    expect(Math.abs(lost - 2 * 10 * (upAt - 10 - 10))).toBeLessThan(20);
    const { arrivals } = flows['fanout']!.counts;
    expect(Math.abs(arrivals + lost / 2 - 600)).toBeLessThan(15);
  });

  it('drops like events at once', () => {
    const { flows, components } = run({
      set: { 'upload-client.photoUpload': null, 'upload-client.like': uploads(50) },
      timeline: [outage()],
    });
    expect(flows['like']!.counts.failed).toBe(0);
    const lost = components['upload-stream']!['lostLikeEvents'] as number;
    expect(Math.abs(lost - 50 * (upAt - 10))).toBeLessThan(5);
  });
});

it('workers with a backlog get nothing of it either, until the brokers are back', () => {
  const result = run({
    durationSeconds: 45,
    set: { 'image-worker.workers': 2 },
    timeline: [outage({ durationSeconds: 10 })],
  });
  const done = perSecond(result, 'image-processing');
  expect(done.slice(5, 10).every((rate) => rate >= 3)).toBe(true);
  expect(done.slice(11, 27)).toEqual(Array(16).fill(0));
  expect(done.slice(29).every((rate) => rate >= 3)).toBe(true);
});

/** Kafka 3.9.2, three brokers, RF 3, session time-out of brokers 3 s and of consumers 6 s; seconds. */
describe.each([
  { loss: 'one broker', controllers: 'separate', measured: 2.6 },
  { loss: 'the controller', controllers: 'brokers', measured: 6.8 },
])('the loss of $loss of three', ({ controllers, measured }) => {
  it(`stalls writes for the measured ${measured} s, within 20 %`, () => {
    const { flows } = run({
      durationSeconds: 40,
      set: {
        'upload-stream.brokers': 3,
        'upload-stream.brokerSessionTimeoutSeconds': 3,
        'upload-stream.brokerHeartbeatSeconds': 0.5,
        'upload-stream.controllers': controllers,
        'upload-service->upload-stream.timeoutMs': 20_000,
        'upload-lb->upload-service.timeoutMs': 20_000,
        'api-gateway->upload-lb.timeoutMs': 20_000,
        'upload-client->api-gateway.timeoutMs': 20_000,
      },
      timeline: [outage({ brokers: 1 })],
    });
    expect(flows['photo-upload']!.counts.failed).toBe(0);
    const stalled = flows['photo-upload']!.latencyMs.max! / 1000;
    expect(stalled / measured).toBeGreaterThan(0.8);
    expect(stalled / measured).toBeLessThan(1.2);
  });
});

it('one broker of six: only partitions with a copy there stall, and fetches only where it led', () => {
  const { flows } = run({
    durationSeconds: 30,
    set: {
      'upload-client.photoUpload': uploads(60),
      'image-worker.workers': 64,
      'upload-service.outbox': false,
    },
    timeline: [outage({ brokers: 1 })],
  });
  // Half of the partitions for the 8 s until the broker is fenced; an upload publishes to two.
  const expected = 60 * 8 * (1 - 0.5 * 0.5);
  // Five standard deviations, and the half second at either end.
  expect(Math.abs(flows['photo-upload']!.errors.timeout - expected)).toBeLessThan(
    5 * Math.sqrt(480 * 0.75 * 0.25) + 60,
  );
});

it('two brokers of three leave too few in-sync replicas: nothing is written until they are back', () => {
  // What was written before is read by the third, as soon as the others are fenced.
  const result = run({ set: { 'upload-stream.brokers': 3 }, timeline: [outage({ brokers: 2 })] });
  expect(perSecond(result, 'image-processing').slice(20, 37)).toEqual(Array(17).fill(0));
  expect(result.flows['photo-upload']!.counts.failed).toBe(0);
});

const live: readonly TimelineEntry[] = [
  { id: 'live', atSeconds: 0, kind: 'kafka-outage', target: null, brokers: null, durationSeconds: 4 },
  { id: 'live', atSeconds: 0, kind: 'kafka-outage', target: null, brokers: 1, durationSeconds: 4 },
  { id: 'live', atSeconds: 0, kind: 'workers-crash', target: 'image-worker', workers: 3, durationSeconds: 4 },
  { id: 'live', atSeconds: 0, kind: 'zone-loss', zone: 0, durationSeconds: 4 },
  { id: 'live', atSeconds: 0, kind: 'disk-full', target: 'upload-stream', durationSeconds: 4 },
];
it.each(live.map((entry) => [entry.kind, entry] as const))(
  'a %s dropped on a running design replays to the same digest',
  (_, entry) => {
    const set = {
      ...quiet,
      'upload-client.like': uploads(5),
      'image-worker.sessionTimeoutSeconds': 3,
      'upload-stream.brokerStartSeconds': 1,
      'upload-stream.brokerSessionTimeoutSeconds': 3,
    };
    const scenario = instagram({ set, durationSeconds: 20 });
    const run = new Run(compile(scenario), 3);
    run.advance({ untilSeconds: 4.3 });
    const written = { ...scenario, timeline: [run.inject(entry)] };
    run.advance();
    const replay = new Run(compile(written), 3);
    replay.advance();
    const [digest, replayed] = [run, replay].map((r) => summarize(written, [r.record()]).digest);
    expect(digest).toBe(replayed);
    const images = summarize(written, [run.record()]).flows['image-processing']!.counts;
    expect(images.completed + images.failed + images.inFlightAtEnd).toBe(images.arrivals);
  },
);
