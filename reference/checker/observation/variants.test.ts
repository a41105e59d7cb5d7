import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { formats, mediaKey, sizes } from '../../contract/index.ts';
import { readVariants, wrongWith } from './variants.ts';

const picture = (width: number, format: 'webp' | 'jpeg') =>
  sharp({ create: { width, height: 40, channels: 3, background: '#369' } })
    .toFormat(format)
    .toBuffer();

describe('a variant', () => {
  it('is right when it decodes to its format and is no longer than its size', async () => {
    expect(await wrongWith(await picture(150, 'webp'), 150, 'webp')).toBeNull();
    expect(await wrongWith(await picture(120, 'jpeg'), 150, 'jpg')).toBeNull();
  });

  it('is wrong when it is of another format, too long, cut off or nothing at all', async () => {
    const whole = await picture(150, 'jpeg');
    expect(await wrongWith(whole, 150, 'webp')).toBe('is jpeg');
    expect(await wrongWith(await picture(151, 'jpeg'), 150, 'jpg')).toBe('is 151 pixels long');
    expect(await wrongWith(whole.subarray(0, whole.length - 60), 150, 'jpg')).toMatch(/^does not decode/);
    expect(await wrongWith(new Uint8Array(), 150, 'jpg')).toMatch(/^does not decode/);
  });
});

describe('the variants of an image', () => {
  it('are those that are there', async () => {
    const bytes = await picture(100, 'webp');
    const lost = mediaKey('m1', 600, 'jpg');
    const found = await readVariants(async (key) => (key === lost ? null : bytes), ['m1']);
    expect(found.get('m1')).toHaveLength(sizes.length * formats.length - 1);
    expect(found.get('m1')!.every(({ format, wrong }) => (format === 'webp') === (wrong === null))).toBe(
      true,
    );
  });
});
