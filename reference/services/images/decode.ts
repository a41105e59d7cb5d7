import sharp from 'sharp';
import { sizes } from '../../contract/index.ts';

/** A picture in memory: sRGB, upright, no transparency, no metadata, and no larger than the largest variant. */
export interface Picture {
  /** Three bytes a pixel, row by row. */
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** The file is no picture that is taken; trying again will not change that. */
export class NotAPicture extends Error {
  override name = 'NotAPicture';
}

/** As the first bytes of a file say, whatever its name or its sender says. */
const expectedFormats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);
const largestPx = Math.max(...sizes);
const timeoutSeconds = 20;

/**
 * Decodes a file once; all variants are made of the result. `clone()` would decode it again for each.
 *
 * @param maximumPixels width x height of the largest picture that is decoded; a small file can hold more
 * @throws NotAPicture for other formats, broken files and decompression bombs
 */
export async function decode(file: Buffer, maximumPixels: number): Promise<Picture> {
  try {
    // Of an animation the first frame.
    const input = sharp(file, { limitInputPixels: maximumPixels, failOn: 'error', pages: 1 });
    const { format } = await input.metadata();
    if (format === undefined || !expectedFormats.has(format))
      throw new NotAPicture(`It is ${format ?? 'nothing known'}, not JPEG, PNG or WebP.`);
    const { data, info } = await input
      .autoOrient()
      .resize({ width: largestPx, height: largestPx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .timeout({ seconds: timeoutSeconds })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof NotAPicture) throw error;
    throw new NotAPicture(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
