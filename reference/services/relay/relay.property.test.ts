import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { originalKey } from '../../contract/index.ts';
import { continueTrace, createLog, createTelemetry, publishPost } from '../platform/index.ts';
import { createPost } from '../upload/create-post.ts';
import { createStores, timesSent, type Fate } from '../upload/stores.fixture.ts';
import { createRelay } from './relay.ts';

const log = createLog('test', new PassThrough().resume());
const fate = fc.constantFrom<Fate>('works', 'works', 'lost', 'done but not told');
const stepCount = 12;

it('publishes every acknowledged post and empties the outbox, whatever fails and whoever dies on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 150, size: 'max' }),
      fc.array(fc.constantFrom('create', 'create and publish', 'relay 0', 'relay 1', 'relay restarts'), {
        minLength: stepCount,
        maxLength: stepCount * 2,
      }),
      async (fates, steps) => {
        let nowMs = 1_700_000_000_000;
        let healed = false;
        const photos = new Map<string, string>();
        const stores = createStores(() => (healed ? 'works' : (fates.pop() ?? 'works')), photos);
        const makeRelay = (index: number, of: number) =>
          createRelay({
            ...stores,
            presence: { isMine: (bucket) => bucket % of === index },
            log,
            telemetry: createTelemetry('relay'),
            nowMs: () => nowMs,
          });
        let relays = [makeRelay(0, 2), makeRelay(1, 2)];
        const acknowledged: string[] = [];

        for (const step of steps) {
          nowMs += 1500;
          if (step === 'relay restarts') relays = [makeRelay(0, 2), makeRelay(1, 2)];
          else if (step.startsWith('relay')) await relays[Number(step.at(-1))]!.pass().catch(() => undefined);
          else {
            const mediaId = v7({ msecs: nowMs });
            photos.set(originalKey('author', mediaId), 'image/png');
            const creation = await createPost(stores, 'author', { mediaId, caption: '' }, nowMs).catch(
              () => null,
            );
            if (creation === null) continue;
            // The promise of the answer: both rows are there, and what has to be done is written down.
            expect([stores.posts.has(mediaId), stores.postsByAuthor.has(mediaId)]).toEqual([true, true]);
            acknowledged.push(mediaId);
            if (step === 'create and publish')
              await publishPost(stores, creation.row!, continueTrace(undefined)).catch(() => undefined);
          }
          // Nobody hears of a post that readers cannot find.
          for (const { value } of stores.sent)
            expect(stores.posts.has((value as { postId: string }).postId)).toBe(true);
        }

        healed = true;
        for (let round = 0; round < stepCount * 2; round += 1) {
          nowMs += 3000;
          for (const relay of relays) await relay.pass();
        }
        expect(stores.outbox.size).toBe(0);
        for (const postId of acknowledged)
          expect(Math.min(...timesSent(stores, postId))).toBeGreaterThanOrEqual(1);
      },
    ),
    { numRuns: 200 },
  );
}, 180_000);

it('leaves young rows to the upload service, and finds old ones that came late', async () => {
  let nowMs = 1_700_000_000_000;
  const photos = new Map<string, string>();
  const stores = createStores(() => 'works', photos);
  const relay = createRelay({
    ...stores,
    presence: { isMine: () => true },
    log,
    telemetry: createTelemetry('relay'),
    nowMs: () => nowMs,
  });
  const create = async (atMs: number) => {
    const mediaId = v7();
    photos.set(originalKey('author', mediaId), 'image/png');
    await createPost(stores, 'author', { mediaId, caption: '' }, atMs);
    return mediaId;
  };
  const young = await create(nowMs);
  await relay.pass();
  expect(timesSent(stores, young)).toEqual([0, 0]);
  nowMs += 3000;
  await relay.pass();
  expect(timesSent(stores, young)).toEqual([1, 1]);

  // Written an hour ago by its own clock, and seen only now.
  const late = await create(nowMs - 3_600_000);
  nowMs += 61_000;
  await relay.pass();
  expect(timesSent(stores, late)).toEqual([1, 1]);
});
