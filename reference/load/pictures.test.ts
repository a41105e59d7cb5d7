import sharp from 'sharp';
import { expect, it } from 'vitest';
import { makePictures } from './pictures.ts';

it.each([3000, 20_000, 65_535, 65_540, 200_000, 300_003])(
  'makes photos of exactly %i bytes',
  async (size) => {
    const pictures = await makePictures(size);
    for (const picture of pictures.slice(0, 3)) {
      expect(picture.length).toBe(size);
      const { format, width } = await sharp(picture).metadata();
      expect(format).toBe('jpeg');
      expect(width).toBeGreaterThanOrEqual(16);
      await sharp(picture).raw().toBuffer();
    }
    expect(pictures[0]).not.toEqual(pictures[1]);
  },
);

it('says when no photo is that small', async () => {
  await expect(makePictures(100)).rejects.toThrow(RangeError);
});
