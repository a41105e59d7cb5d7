import type { Picture } from './decode.ts';
import { scale } from './variants.ts';

/** Decides whether a picture may be shown. */
export interface Moderator {
  /** Why the picture may not be shown; null when it may. */
  judge(picture: Picture): Promise<string | null>;
}

const timeoutMs = 5000;

/**
 * Fails closed: a moderator that throws or does not answer in time has not allowed the picture.
 *
 * @returns why the picture is not shown; null when the moderator allowed it
 */
export async function moderate(moderator: Moderator, picture: Picture): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('moderation did not answer in time'), timeoutMs);
  });
  try {
    return await Promise.race([moderator.judge(picture), late]);
  } catch (error) {
    return `moderation failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Pixels of the thumbnail that are looked at, and the colour that stands for what must not be shown. */
const thumbnailPx = 150;
const flaggedColour = { red: 255, green: 0, blue: 255, tolerance: 24 };
const flaggedShare = 0.5;

/**
 * A stand-in for a classifier such as Amazon Rekognition, which the published design names: deterministic, on
 * this machine, and blind to what pictures show. It flags those that are mostly magenta, so that the
 * quarantine behind it can be tried and tested.
 */
export const colourModerator: Moderator = {
  async judge(picture) {
    const { pixels, width, height } = await scale(picture, thumbnailPx);
    const { red, green, blue, tolerance } = flaggedColour;
    let flagged = 0;
    for (let at = 0; at < pixels.length; at += 3)
      if (
        Math.abs(pixels[at]! - red) <= tolerance &&
        Math.abs(pixels[at + 1]! - green) <= tolerance &&
        Math.abs(pixels[at + 2]! - blue) <= tolerance
      )
        flagged += 1;
    return flagged > flaggedShare * width * height ? 'the picture is mostly magenta' : null;
  },
};
