import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { v7 } from 'uuid';
import { runner } from '../../scripts/programs.mjs';
import { formats, originalKey, sizes, topics, type UploadComplete } from '../contract/index.ts';
import { connectObjects, createLog, createTelemetry, kafkaClient } from '../services/index.ts';
import type { Stack } from '../stack/index.ts';
import { countOf } from './metrics.ts';
import { ratioOf, type Ratio } from './ratio.ts';

const imagesPerRound = 8;
const rounds = 3;
/** Pixels of a photo of 12 megapixels. */
const [width, height] = [4000, 3000];
/** Of an image worker. */
const niceness = '10';
const authorId = 'bench-photographer';

/**
 * Image variants a second: an image worker, from the message in Kafka to the last variant in the object store
 * and the post marked ready, beside a bare loop over sharp. One image is worked on at a time, by one thread.
 */
export async function benchImages(stack: Stack): Promise<Ratio> {
  const photo = await noisyPhoto();
  const file = join(stack.runDirectory, 'parts', 'bench.jpg');
  writeFileSync(file, photo);
  const objects = connectObjects(stack.endpoints, createTelemetry('bench'));
  const producer = kafkaClient(
    stack.endpoints,
    'bench',
    createLog('bench', { write: () => undefined }),
  ).producer();
  try {
    await producer.connect();
    const worker = stack.processes.list().find(({ id }) => id === 'image-worker-1')!;
    const done = () => countOf(worker.addresses[0]!, 'post-to-media-state');
    const perImage = sizes.length * formats.length;
    const bareRound = async () => {
      const args = [runner, 'reference/bench/bare-images.ts', file, String(imagesPerRound), niceness];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return perImage * (JSON.parse(stdout) as { imagesPerSecond: number }).imagesPerSecond;
    };
    const ourRound = async (count: number) => {
      const messages = await Promise.all(
        Array.from({ length: count }, async () => {
          const mediaId = v7();
          const s3Key = originalKey(authorId, mediaId);
          await objects.put(s3Key, photo, { contentType: 'image/jpeg', access: 'private' });
          const value: UploadComplete = {
            ...{ mediaId, s3Key, fileType: 'image/jpeg', postId: mediaId, authorId },
            createdAtMs: Date.now(),
          };
          return { key: mediaId, value: JSON.stringify(value) };
        }),
      );
      const before = await done();
      const startMs = performance.now();
      await producer.send({ topic: topics.uploadComplete, messages });
      while ((await done()) < before + count) await sleep(20);
      return (perImage * count * 1000) / (performance.now() - startMs);
    };
    await ourRound(1);
    const [bare, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareRound());
      ours.push(await ourRound(imagesPerRound));
    }
    return ratioOf(
      {
        what: 'Image variants',
        unit: 'a second',
        atLeast: 0.85,
        note: `photos of ${String(width)} x ${String(height)} pixels and ${(photo.length / 1e6).toFixed(1)} MB, eight variants each, one image at a time`,
      },
      bare,
      ours,
    );
  } finally {
    objects.close();
    await producer.disconnect();
  }
}

/** Noise over a gradient: compresses about as badly as a photo. */
async function noisyPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const base = await sharp({
    create: { width: width / 4, height: height / 4, channels: 3, background: '#000', noise },
  })
    .blur(1)
    .png()
    .toBuffer();
  return sharp(base).resize(width, height, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer();
}
