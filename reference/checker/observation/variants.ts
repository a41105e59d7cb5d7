import pLimit from 'p-limit';
import sharp from 'sharp';
import { formats, mediaKey, sizes } from '../../contract/index.ts';
import type { Variant } from '../observed.ts';

const atOnce = 4;

/** Reads one object; null when there is none. */
export type ReadObject = (key: string) => Promise<Uint8Array | null>;

/** Reads and decodes every variant of each image. Takes some 20 ms of a core each. */
export async function readVariants(
  read: ReadObject,
  mediaIds: Iterable<string>,
): Promise<Map<string, readonly Variant[]>> {
  const limit = pLimit(atOnce);
  return new Map(
    await Promise.all(
      [...mediaIds].map((mediaId) =>
        limit(async () => {
          const variants: Variant[] = [];
          for (const format of formats)
            for (const sizePx of sizes) {
              const bytes = await read(mediaKey(mediaId, sizePx, format));
              if (bytes !== null)
                variants.push({ sizePx, format, wrong: await wrongWith(bytes, sizePx, format) });
            }
          return [mediaId, variants] as const;
        }),
      ),
    ),
  );
}

/** Decodes all pixels: a header alone proves little. @returns null when all is well */
export async function wrongWith(
  bytes: Uint8Array,
  sizePx: number,
  format: Variant['format'],
): Promise<string | null> {
  try {
    const image = sharp(bytes, { failOn: 'warning' });
    const { format: found } = await image.metadata();
    if (found !== (format === 'jpg' ? 'jpeg' : 'webp')) return `is ${String(found)}`;
    const { info } = await image.raw().toBuffer({ resolveWithObject: true });
    const longest = Math.max(info.width, info.height);
    return longest > sizePx ? `is ${String(longest)} pixels long` : null;
  } catch (error) {
    return `does not decode: ${error instanceof Error ? error.message.split('\n')[0]! : String(error)}`;
  }
}
