import sharp from 'sharp';

/** Different pictures of a run; more would only cost memory. */
const pictures = 16;
const startOfImage = 2;
/** A comment segment: marker, length of two bytes that counts itself, text. */
const comment = { marker: 0xfffe, overheadBytes: 4, maximumBytes: 65_535 + 2 };

/**
 * JPEG photographs of exactly `sizeBytes`, made once: the simulator's uploads have one size, and so have
 * these. Smooth shapes with grain, from a fixed recipe; the rest is filled with comment segments (ITU-T
 * T.81, B.2.4.5).
 *
 * @throws RangeError when no picture is that small
 */
export function makePictures(sizeBytes: number): Promise<readonly Buffer[]> {
  return Promise.all(Array.from({ length: pictures }, (_, number) => makePicture(number, sizeBytes)));
}

async function makePicture(number: number, sizeBytes: number): Promise<Buffer> {
  for (let width = 640; width >= 16; width = Math.floor(width / 2)) {
    const encoded = await encode(number, width);
    const missing = sizeBytes - encoded.length;
    if (missing === 0) return encoded;
    if (missing >= comment.overheadBytes) return padded(encoded, missing);
  }
  throw new RangeError(`A photo has more than ${sizeBytes} bytes.`);
}

function encode(number: number, width: number): Promise<Buffer> {
  const height = Math.floor((width * 3) / 4);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.sin((x * (number + 2)) / width + channel) + Math.cos((y * (number + 3)) / height);
        const grain = ((x * 7919 + y * 104_729 + channel * 31) % 17) - 8;
        pixels[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, 128 + 50 * wave + grain));
      }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

function padded(encoded: Buffer, bytes: number): Buffer {
  const parts = [encoded.subarray(0, startOfImage)];
  for (let left = bytes; left > 0;) {
    // What remains must have room for a segment of its own.
    const rest = left - comment.maximumBytes;
    const length = rest > 0 && rest < comment.overheadBytes ? left - comment.overheadBytes : left;
    const segment = Buffer.alloc(Math.min(length, comment.maximumBytes));
    segment.writeUInt16BE(comment.marker, 0);
    segment.writeUInt16BE(segment.length - 2, 2);
    parts.push(segment);
    left -= segment.length;
  }
  return Buffer.concat([...parts, encoded.subarray(startOfImage)]);
}
