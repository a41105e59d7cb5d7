/**
 * The other side of the image benchmark: a process that makes the variants of one file again and again with
 * nothing but sharp, with the settings, the threads and the priority of an image worker. Writes one line of
 * JSON: images a second.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { sizes } from '../contract/index.ts';
import { encoders, yieldToOthers } from '../services/index.ts';

const [file, count] = [readFileSync(process.argv[2]!), Number(process.argv[3])];
sharp.concurrency(1);
sharp.cache(false);
yieldToOthers(Number(process.argv[4]));

async function variants(): Promise<void> {
  const largest = Math.max(...sizes);
  const { data, info } = await sharp(file)
    .autoOrient()
    .resize({ width: largest, height: largest, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const source = { raw: { width: info.width, height: info.height, channels: 3 } } as const;
  for (const sizePx of sizes) {
    const scaled = await sharp(data, source)
      .resize({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: scaled.info.width, height: scaled.info.height, channels: 3 } as const;
    await sharp(scaled.data, { raw })
      .webp({ quality: encoders.webp.quality, effort: encoders.webp.effort })
      .toBuffer();
    await sharp(scaled.data, { raw }).jpeg({ quality: encoders.jpg.quality }).toBuffer();
  }
}

await variants();
const startMs = performance.now();
for (let n = 0; n < count; n++) await variants();
const imagesPerSecond = (count * 1000) / (performance.now() - startMs);
process.stdout.write(`${JSON.stringify({ imagesPerSecond })}\n`);
