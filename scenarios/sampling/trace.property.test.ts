import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBuiltin } from '../builtins.ts';
import { checkScenario } from '../parse.ts';
import type { Scenario } from '../scenario.ts';
import { followGraph, requestTrace, userId } from './index.ts';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

const populations = fc
  .record({
    users: fc.integer({ min: 1, max: 400 }),
    mean: fc.double({ min: 0.5, max: 30, noNaN: true }),
    exponent: fc.double({ min: 1.5, max: 3, noNaN: true }),
    whale: fc.double({ min: 0, max: 1, noNaN: true }),
    activeRatio: fc.double({ min: 0.05, max: 1, noNaN: true }),
  })
  .map(({ users, mean, exponent, whale, activeRatio }) => ({
    users,
    activeRatio,
    followers: { mean: Math.min(mean, users), exponent, max: users },
    whales: [{ id: 'celebrity', followers: Math.floor(whale * users) }],
  }));

const rate = (ratePerSecond: number) => ({ process: 'poisson', ratePerSecond });

function bench(population: object, timeline: readonly object[] = []): Scenario {
  const set = {
    'read-client.feedRead': rate(40),
    'read-client.postDetail': rate(20),
    'upload-client.photoUpload': rate(5),
    'upload-client.like': rate(20),
    'upload-client.comment': rate(5),
    'upload-client.mediaBytes': 50_000,
  };
  return checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'test',
      design: { extends: 'instagram-v2', set },
      population,
      timeline,
      run: { durationSeconds: 5, warmupSeconds: 0, seed: 1 },
    },
    { find: findBuiltin },
  ).scenario;
}

describe('the follow graph', () => {
  it('gives each account its followers, each once, and never itself', () => {
    fc.assert(
      fc.property(populations, seeds, (population, seed) => {
        const { accounts, followees, users } = followGraph(bench(population), seed);
        expect(accounts).toHaveLength(users + 1);
        expect(accounts[users]!.followers).toHaveLength(population.whales[0]!.followers);
        let follows = 0;
        for (const [index, { followers }] of accounts.entries()) {
          follows += followers.length;
          expect(new Set(followers).size).toBe(followers.length);
          expect(followers.every((user) => user < users && user !== index)).toBe(true);
          expect(followers.every((user) => followees[user]!.includes(index))).toBe(true);
        }
        expect(followees.reduce((sum, { length }) => sum + length, 0)).toBe(follows);
      }),
      { numRuns: 40 },
    );
  });

  it('has the mean of the population and the same counts for every seed', () => {
    const scenario = bench({ users: 2000, followers: { mean: 40, max: 250 } });
    const counts = (seed: number) => followGraph(scenario, seed).accounts.map((a) => a.followers.length);
    const mean = counts(1).reduce((sum, n) => sum + n, 0) / 2000;
    // Mid-points of 2,000 shares and rounding to whole followers, each below 1 %.
    expect(Math.abs(mean / 40 - 1)).toBeLessThan(0.02);
    expect(counts(2)).toEqual(counts(1));
    expect(followGraph(scenario, 2).accounts[5]).not.toEqual(followGraph(scenario, 1).accounts[5]);
  });
});

describe('a trace', () => {
  const timeline = [
    { id: 'post', kind: 'whale-post', atSeconds: 1, author: 'celebrity', readBoost: 2, likesPerSecond: 20 },
    { id: 'viral', kind: 'viral-post', atSeconds: 2, likesPerSecond: 20, readShare: 0.5 },
  ];

  it('is in order, within the run, by active users, about posts that there are', () => {
    fc.assert(
      fc.property(populations, seeds, (population, seed) => {
        const trace = requestTrace(bench(population, timeline), seed);
        const late = trace.afterAcknowledgement('post', 1.1e9);
        const known = new Set(trace.graph.accounts.map(({ id }) => id));
        expect(trace.postsBefore.every((author) => known.has(author))).toBe(true);
        expect(trace.postsBefore).not.toContain('celebrity');
        const active = Math.max(1, Math.round(population.users * population.activeRatio));
        const followers = new Set(trace.graph.accounts[population.users]!.followers);
        const number = (user: string): number => Number(user.slice(1));
        const wrong = [
          ...[trace.requests, late].flatMap((list) =>
            list.filter(
              (request, i) =>
                request.atNs < (list[i - 1]?.atNs ?? 0) ||
                request.atNs >= 5e9 ||
                ('post' in request &&
                  'before' in request.post &&
                  trace.postsBefore[request.post.before] === undefined),
            ),
          ),
          ...trace.requests.filter(
            (request) => request.flow !== 'photo-upload' && number(request.user) >= active,
          ),
          ...late.filter(
            (request) =>
              request.atNs < 1.1e9 ||
              (request.flow === 'feed-read' ? !followers.has(number(request.user)) : request.flow !== 'like'),
          ),
        ];
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('draws each request by itself: other flows change none of its draws', () => {
    const before = bench({ users: 300, followers: { mean: 20, max: 200 } });
    const reads = (scenario: Scenario) =>
      requestTrace(scenario, 3).requests.filter(({ flow }) => flow === 'feed-read' || flow === 'like');
    const without = checkScenario(
      {
        format: 'fanout-lab/scenario',
        version: 1,
        id: 'test',
        design: {
          nodes: before.design.nodes,
          edges: before.design.edges.map(({ source, target }) => ({ source, target })),
        },
        population: before.population,
        run: before.run,
      },
      { find: findBuiltin, set: { 'read-client.postDetail': null, 'upload-client.comment': null } },
    ).scenario;
    expect(reads(without)).toEqual(reads(before));
  });

  it('gives the whale its post, and viral readers theirs', () => {
    const { requests, postsBefore } = requestTrace(
      bench(
        { users: 300, followers: { mean: 20, max: 200 }, whales: [{ id: 'celebrity', followers: 30 }] },
        timeline,
      ),
      3,
    );
    const uploads = requests.filter(({ flow }) => flow === 'photo-upload');
    expect(uploads.filter((request) => 'event' in request && request.event === 'post')).toEqual([
      expect.objectContaining({ atNs: 1e9, user: 'celebrity', sizeBytes: 50_000 }),
    ]);
    const viral = postsBefore.indexOf('viral');
    expect(viral).toBeGreaterThanOrEqual(0);
    const details = requests.filter(({ flow, atNs }) => flow === 'post-detail' && atNs > 2e9);
    const drawn = details.filter(
      (request) => 'post' in request && 'before' in request.post && request.post.before === viral,
    );
    // Half of about 60 at the peak; none of them before the event.
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn.length).toBeLessThan(details.length);
  });

  it('refuses arrivals that depend on answers', () => {
    const closed = { process: 'closed', users: 3, thinkTime: { distribution: 'constant', ms: 10 } };
    const scenario = checkScenario(
      {
        format: 'fanout-lab/scenario',
        version: 1,
        id: 'test',
        design: { extends: 'instagram-v2', set: { 'read-client.feedRead': closed } },
        population: { users: 10, followers: { mean: 2, max: 5 } },
      },
      { find: findBuiltin },
    ).scenario;
    expect(() => requestTrace(scenario, 1)).toThrow('closed');
  });

  it('names users by number', () => {
    expect(userId(7)).toBe('u7');
  });
});
