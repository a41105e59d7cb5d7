import { expect, it } from 'vitest';
import type { Scenario } from '../../scenarios/index.ts';
import { requestTrace, type TraceRequest } from '../../scenarios/sampling/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import { summarize } from '../statistics/index.ts';
import { instagram } from './instagram.fixture.ts';
import type { WhaleAccounts } from './whale-accounts.ts';

const SEED = 11;
const population = {
  users: 2000,
  followers: { mean: 40, max: 250 },
  whales: [{ id: 'celebrity', followers: 400 }],
};
const bursty = {
  process: 'bursty',
  ratePerSecond: 80,
  burstRatio: 5,
  meanBurstSeconds: 2,
  meanCalmSeconds: 3,
};
const rates = {
  'read-client.feedRead': {
    process: 'poisson',
    ratePerSecond: 120,
    profile: [
      [0, 0.5],
      [10, 2],
      [15, 1],
    ],
  },
  'read-client.postDetail': bursty,
  'upload-client.photoUpload': { process: 'poisson', ratePerSecond: 4 },
  'upload-client.like': { process: 'poisson', ratePerSecond: 60 },
  'upload-client.comment': { process: 'constant', ratePerSecond: 7 },
};

/** Arrivals of a flow by whole second, as the simulator counted them, and when it acknowledged a whale's post. */
function simulated(scenario: Scenario): {
  readonly arrivals: (flow: string) => readonly number[];
  readonly acknowledgedNs: number | null;
} {
  const run = new Run(compile(scenario), SEED);
  run.advance();
  const { series } = summarize(scenario, [run.record()]);
  const whales = run['machine'].context.state<WhaleAccounts>('whale-accounts', () => {
    throw new Error('Nobody has asked for them.');
  });
  return {
    arrivals: (flow) => series[`flows.${flow}.offeredPerSecond`] as readonly number[],
    acknowledgedNs: whales.accounts[0]?.lastPostNs ?? null,
  };
}

function bySecond(requests: readonly TraceRequest[], flow: string, seconds: number): readonly number[] {
  const counts = Array<number>(seconds).fill(0);
  for (const request of requests) if (request.flow === flow) counts[Math.floor(request.atNs / 1e9)]! += 1;
  return counts;
}

const flows = ['feed-read', 'post-detail', 'photo-upload', 'like', 'comment'];

it('has the arrivals of the simulator, also through spikes that overlap', () => {
  const scenario = instagram({
    set: rates,
    population,
    durationSeconds: 40,
    timeline: [
      {
        id: 'crowd',
        kind: 'traffic-spike',
        atSeconds: 8.25,
        durationSeconds: 9,
        target: 'read-client',
        multiplier: 2.5,
      },
      {
        id: 'reads',
        kind: 'traffic-spike',
        atSeconds: 12,
        durationSeconds: 20.5,
        target: 'read-client',
        multiplier: 0.3,
        flows: ['feed-read'],
      },
      {
        id: 'calm',
        kind: 'traffic-spike',
        atSeconds: 20,
        durationSeconds: 4,
        target: 'upload-client',
        multiplier: 0,
      },
    ],
  });
  const { arrivals } = simulated(scenario);
  const { requests } = requestTrace(scenario, SEED);
  for (const flow of flows) expect(bySecond(requests, flow, 40), flow).toEqual(arrivals(flow));
});

it('has what a whale and a viral post draw to themselves', () => {
  const scenario = instagram({
    set: rates,
    population,
    durationSeconds: 30,
    timeline: [
      {
        id: 'post',
        kind: 'whale-post',
        atSeconds: 5,
        author: 'celebrity',
        readBoost: 3,
        halfLifeSeconds: 6,
        likesPerSecond: 90,
      },
      {
        id: 'viral',
        kind: 'viral-post',
        atSeconds: 9,
        likesPerSecond: 50,
        halfLifeSeconds: 8,
        readShare: 0.5,
      },
    ],
  });
  const { arrivals, acknowledgedNs } = simulated(scenario);
  const trace = requestTrace(scenario, SEED);
  const requests = [...trace.requests, ...trace.afterAcknowledgement('post', acknowledgedNs!)];
  for (const flow of flows) expect(bySecond(requests, flow, 30), flow).toEqual(arrivals(flow));
});
