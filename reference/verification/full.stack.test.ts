import { expect, it } from 'vitest';
import { replay } from '../replay/index.ts';
import { troubledScenario } from '../soak/index.ts';

/** Three nodes, three brokers, twelve shards: what `small` cannot show. */
it('keeps every promise through a whale’s post, an outage of Kafka and the loss of a cache node', async () => {
  const scenario = troubledScenario(
    [
      {
        ...{ id: 'whale', kind: 'whale-post', atSeconds: 12, durationSeconds: 15, author: 'celebrity' },
        ...{ readBoost: 2, halfLifeSeconds: 5, likesPerSecond: 5 },
      },
      { id: 'kafka', kind: 'kafka-outage', atSeconds: 20, durationSeconds: 30 },
      {
        ...{ id: 'cache-node', kind: 'redis-node-loss', atSeconds: 55, durationSeconds: 12 },
        target: 'feed-cache',
      },
    ],
    1,
    80,
    {
      // Setting up and reading back take a time for each user.
      'population.users': 500,
      // What two processors carry beside three nodes, three brokers and twenty-four cache nodes.
      'read-client.feedRead.ratePerSecond': 10,
      'read-client.postDetail.ratePerSecond': 4,
      'upload-client.photoUpload.ratePerSecond': 0.5,
      'upload-client.like.ratePerSecond': 4,
      'upload-client.comment.ratePerSecond': 1,
      // Small photos: what is asked is whether each has all its variants, and their pixels take most of the time.
      'upload-client.mediaBytes': 20_000,
    },
  );
  const { checker, replay: how } = await replay(scenario, {
    profile: 'full',
    environment: process.env,
    // What is tested are promises, no speed.
    maximumLatenessMs: Infinity,
  });
  expect(checker.promises.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(how.faults.map(({ event, step }) => `${event} ${step}`)).toEqual(
    expect.arrayContaining(['kafka begin', 'kafka end', 'cache-node begin', 'cache-node end']),
  );
  const cases = new Map(checker.promises.map(({ id, checked }) => [id, checked]));
  for (const id of ['durable', 'delivered', 'hybrid-complete', 'images', 'counters'] as const)
    expect([id, cases.get(id)! > 0]).toEqual([id, true]);
}, 900_000);
