import { v7 } from 'uuid';
import { originalKey, type Presigned } from '../../contract/index.ts';
import type { Objects } from '../platform/index.ts';

/** Largest photo, bytes; how long a form can be used, s. Source: the published design. */
const maximumBytes = 20 * 1024 * 1024;
const expiresSeconds = 15 * 60;

/** A form for one photo: one exact key below the user's own prefix, one content type. */
export async function presign(
  objects: Objects,
  userId: string,
  contentType: string,
  nowMs: number,
): Promise<Presigned> {
  const mediaId = v7({ msecs: nowMs });
  const form = await objects.signForm({
    key: originalKey(userId, mediaId),
    contentType,
    minimumBytes: 1,
    maximumBytes,
    expiresSeconds,
  });
  return { mediaId, ...form, expiresAtMs: nowMs + expiresSeconds * 1000 };
}

/** When an id of version 7 was made, ms since 1970 (RFC 9562, 5.7). */
export const timeOf = (mediaId: string): number => parseInt(mediaId.replaceAll('-', '').slice(0, 12), 16);
