import { expect, it } from 'vitest';
import { runOf } from '../components/instagram.fixture.ts';

it('requests begun while the frames grow are in the books', () => {
  // Some 7,000 images a second that take longer than the run: frames double twice, mostly when one begins.
  const { flows } = runOf({
    durationSeconds: 6,
    set: {
      'read-client.feedRead': { process: 'constant', ratePerSecond: 200 },
      'read-client.imagesPerFeedRead': 100,
      'read-client->cdn.latency': { distribution: 'constant', ms: 60_000 },
      'read-client->cdn.timeoutMs': null,
    },
  });
  const { arrivals, inFlightAtEnd } = flows['image-view']!.counts;
  expect(inFlightAtEnd).toBe(arrivals);
  expect(arrivals).toBeGreaterThan(33_000);
});
