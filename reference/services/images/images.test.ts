import { deflateSync } from 'node:zlib';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { beforeEach, expect, it, vi } from 'vitest';
import { originalKey, type UploadComplete } from '../../contract/index.ts';
import {
  createLog,
  createTelemetry,
  ObjectTooLarge,
  Unprocessable,
  type Cassandra,
} from '../platform/index.ts';
import { decode } from './decode.ts';
import { createImages, type ImageParts } from './images.ts';
import { colourModerator, type Moderator } from './moderation.ts';

const mediaId = '01890a5d-ac96-774b-bcce-b302099a8057';
const message: UploadComplete = {
  mediaId,
  postId: mediaId,
  authorId: 'ann',
  s3Key: originalKey('ann', mediaId),
  fileType: 'image/jpeg',
  createdAtMs: 1_700_000_000_000,
};
const silent = createLog('test', { write: () => undefined });

let stored: Map<string, { body: Buffer; contentType: string; access: string }>;
/** Effects in the order in which they were done. */
let done: string[];

const cassandra: Cassandra = {
  execute: async (statement, [state]) => {
    done.push(`${statement.name} ${String(state)}`);
    return Promise.resolve({ rows: [], pageState: null });
  },
  ping: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const objects: ImageParts['objects'] = {
  get: async (key, maximumBytes) => {
    const found = stored.get(key);
    if (found !== undefined && found.body.length > maximumBytes) throw new ObjectTooLarge(key);
    return Promise.resolve(found?.body ?? null);
  },
  put: async (key, body, options) => {
    done.push(`put ${key}`);
    stored.set(key, { body: Buffer.from(body), ...options });
    return Promise.resolve();
  },
  remove: async (key) => {
    stored.delete(key);
    return Promise.resolve();
  },
};
const work = (parts: Partial<ImageParts> = {}) =>
  createImages({
    objects,
    cassandra,
    moderator: colourModerator,
    settings: { maximumPixels: 1_000_000 },
    telemetry: createTelemetry('test'),
    log: silent,
    turn: (make) => make(),
    now: () => message.createdAtMs,
    ...parts,
  })(message);
const upload = (body: Buffer) =>
  stored.set(message.s3Key, { body, contentType: 'image/jpeg', access: 'private' });
const photo = (width: number, height: number, background = '#4080c0') =>
  sharp({ create: { width, height, channels: 3, background } });
const published = () => [...stored.keys()].filter((key) => key.startsWith('media/'));
const quarantine = ['set-media quarantined', 'set-media-by-author quarantined'];

beforeEach(() => {
  stored = new Map();
  done = [];
});

it('makes four sizes in two formats, readable for all, and then says that the post is ready', async () => {
  upload(await photo(900, 700).jpeg().toBuffer());
  await work();
  expect(published().sort()).toEqual(
    ['1080', '150', '2048', '600'].flatMap((px) => [
      `media/${mediaId}/${px}.jpg`,
      `media/${mediaId}/${px}.webp`,
    ]),
  );
  for (const [px, width, height] of [
    [150, 150, 117],
    [600, 600, 467],
    [1080, 900, 700],
    [2048, 900, 700],
  ] as const)
    for (const [extension, format, contentType] of [
      ['jpg', 'jpeg', 'image/jpeg'],
      ['webp', 'webp', 'image/webp'],
    ] as const) {
      const variant = stored.get(`media/${mediaId}/${px}.${extension}`)!;
      expect(variant).toMatchObject({ contentType, access: 'public-read' });
      expect(await sharp(variant.body).metadata()).toMatchObject({ format, width, height });
    }
  expect(done.slice(-2)).toEqual(['set-media ready', 'set-media-by-author ready']);
});

it('does the same when the message comes again', async () => {
  upload(await photo(300, 200).webp().toBuffer());
  await work();
  const first = new Map([...stored].map(([key, { body }]) => [key, body.toString('base64')]));
  await work();
  expect(new Map([...stored].map(([key, { body }]) => [key, body.toString('base64')]))).toEqual(first);
});

it('turns a photo upright and leaves out where it was taken', async () => {
  upload(await photo(400, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer());
  await work();
  const { width, height, exif } = await sharp(stored.get(`media/${mediaId}/600.jpg`)!.body).metadata();
  expect({ width, height, exif }).toEqual({ width: 200, height: 400, exif: undefined });
});

it('goes by the content of a file, not by what its sender calls it', async () => {
  upload(await photo(300, 200).png().toBuffer());
  await work();
  expect(published()).toHaveLength(8);
  for (const other of [
    await photo(300, 200).gif().toBuffer(),
    await photo(300, 200).tiff().toBuffer(),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"/>'),
    Buffer.from('<script>alert(1)</script>'),
    Buffer.alloc(0),
  ]) {
    stored.clear();
    done = [];
    upload(other);
    await work();
    expect({ done, published: published() }).toEqual({ done: quarantine, published: [] });
  }
});

it('quarantines a broken photo instead of trying for ever', async () => {
  const whole = await photo(300, 200).jpeg().toBuffer();
  upload(whole.subarray(0, whole.length / 2));
  await work();
  expect({ done, published: published() }).toEqual({ done: quarantine, published: [] });
});

it('does not decode a bomb: few bytes, many pixels', async () => {
  upload(hugePng(20_000, 20_000));
  const bomb = stored.get(message.s3Key)!.body;
  expect(bomb.length).toBeLessThan(1000);
  await expect(decode(bomb, 1_000_000)).rejects.toThrow('pixel limit');
  await work();
  expect({ done, published: published() }).toEqual({ done: quarantine, published: [] });
});

it('quarantines what is too large or gone', async () => {
  await work();
  upload(Buffer.alloc(20 * 1024 * 1024 + 1));
  await work();
  expect(done).toEqual([...quarantine, ...quarantine]);
});

it('shows nothing that moderation did not allow, and takes back what an earlier delivery made', async () => {
  upload(await photo(300, 200).jpeg().toBuffer());
  await work();
  upload(await photo(300, 200, '#ff00ff').jpeg().toBuffer());
  done = [];
  await work();
  expect({ done, published: published() }).toEqual({ done: quarantine, published: [] });
});

it('fails closed', async () => {
  upload(await photo(300, 200).jpeg().toBuffer());
  const broken: Moderator = { judge: () => Promise.reject(new Error('no answer')) };
  await work({ moderator: broken });
  expect({ done, published: published() }).toEqual({ done: quarantine, published: [] });
});

it('is not ready when a variant could not be stored, and leaves that to the next delivery', async () => {
  upload(await photo(300, 200).jpeg().toBuffer());
  const failing: ImageParts['objects'] = {
    ...objects,
    put: (key, ...rest) =>
      key.endsWith('600.webp') ? Promise.reject(new Error('down')) : objects.put(key, ...rest),
  };
  await expect(work({ objects: failing })).rejects.toThrow('down');
  expect(done.filter((effect) => effect.startsWith('set-media'))).toEqual([]);
  await work();
  expect(done.at(-1)).toBe('set-media-by-author ready');
});

it('fetches a photo while another is made, and makes it when that is done, stored or not', async () => {
  upload(await photo(300, 200).jpeg().toBuffer());
  const steps: string[] = [];
  const turn = pLimit(1);
  let store = (): void => undefined;
  const stores = new Promise<void>((resolve) => (store = resolve));
  const handleOf = (name: string) =>
    work({
      turn: (make) =>
        turn(async () => {
          steps.push(`${name} begins`);
          const made = await make();
          steps.push(`${name} is made`);
          return made;
        }),
      objects: {
        ...objects,
        get: (...args) => {
          steps.push(`${name} is fetched`);
          return objects.get(...args);
        },
        put: async (...args) => {
          await stores;
          return objects.put(...args);
        },
      },
    });
  const both = Promise.all([handleOf('first'), handleOf('second')]);
  await vi.waitFor(() => {
    expect(steps).toContain('second is made');
  }, 20_000);
  expect(steps).toEqual([
    ...['first is fetched', 'second is fetched'],
    ...['first begins', 'first is made', 'second begins', 'second is made'],
  ]);
  expect(done).toEqual([]);
  store();
  await both;
  expect(done.at(-1)).toBe('set-media-by-author ready');
});

it('does not read what is not the author’s', async () => {
  const handle = createImages({
    objects,
    cassandra,
    moderator: colourModerator,
    settings: { maximumPixels: 1_000_000 },
    telemetry: createTelemetry('test'),
    log: silent,
    turn: (make) => make(),
    now: () => 0,
  });
  await expect(handle({ ...message, s3Key: originalKey('bob', mediaId) })).rejects.toThrow(Unprocessable);
});

/** The header of a PNG of that size, and next to nothing of its pixels. */
function hugePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** ISO 3309, as PNG has it. */
function crc32(bytes: Buffer): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
  }
  return (value ^ 0xffff_ffff) >>> 0;
}
