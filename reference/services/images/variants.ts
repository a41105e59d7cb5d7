import sharp from 'sharp';
import { formats, sizes } from '../../contract/index.ts';
import type { Picture } from './decode.ts';

/** Of one size and one format, encoded. */
export interface Variant {
  readonly sizePx: (typeof sizes)[number];
  readonly format: (typeof formats)[number];
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * Encoder settings. `effort` 2 of WebP makes files a few per cent larger than the default 4 and a third more
 * of them a second.
 */
export const encoders = {
  webp: { contentType: 'image/webp', quality: 75, effort: 2 },
  jpg: { contentType: 'image/jpeg', quality: 80 },
} as const;

/**
 * Four sizes in two formats, one after the other, as soon as each is made. A picture that is smaller than a
 * size keeps its own.
 */
export async function* makeVariants(picture: Picture): AsyncGenerator<Variant, void, void> {
  for (const sizePx of sizes) {
    const scaled = await scale(picture, sizePx);
    for (const format of formats)
      yield {
        sizePx,
        format,
        contentType: encoders[format].contentType,
        bytes: await encode(scaled, format),
      };
  }
}

/** Longest side at most `sizePx`. */
export async function scale(picture: Picture, sizePx: number): Promise<Picture> {
  if (Math.max(picture.width, picture.height) <= sizePx) return picture;
  const { data, info } = await open(picture)
    .resize({ width: sizePx, height: sizePx, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

function encode(picture: Picture, format: Variant['format']): Promise<Buffer> {
  const { quality } = encoders[format];
  const image = open(picture);
  return format === 'webp'
    ? image.webp({ quality, effort: encoders.webp.effort }).toBuffer()
    : image.jpeg({ quality }).toBuffer();
}

const open = ({ pixels, width, height }: Picture) => sharp(pixels, { raw: { width, height, channels: 3 } });
