import {
  formats,
  mediaKey,
  originalKey,
  sizes,
  type ApplicationSettings,
  type UploadComplete,
} from '../../contract/index.ts';
import {
  ObjectTooLarge,
  Unprocessable,
  writeMediaState,
  type Cassandra,
  type Log,
  type Objects,
  type Telemetry,
} from '../platform/index.ts';
import { decode, NotAPicture, type Picture } from './decode.ts';
import { moderate, type Moderator } from './moderation.ts';
import { makeVariants } from './variants.ts';

export interface ImageParts {
  readonly objects: Pick<Objects, 'get' | 'put' | 'remove'>;
  readonly cassandra: Cassandra;
  readonly moderator: Moderator;
  readonly settings: Pick<ApplicationSettings, 'maximumPixels'>;
  readonly telemetry: Telemetry;
  readonly log: Log;
  /**
   * Decoding and encoding wait for their turn. What only waits (for the photo, for variants that are stored, for the
   * row) does not, so that the processor works on one photo while another comes or goes.
   */
  readonly turn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** ms since 1970. */
  readonly now: () => number;
}

/** What the presigned form allows. */
const maximumBytes = 20 * 1024 * 1024;

/** The picture is not shown, for a reason that does not go away. */
class Quarantined extends Error {
  override name = 'Quarantined';
}

/**
 * Makes the variants of one photo. Only when moderation has allowed it does anything become readable for
 * others, and only when all variants lie there is the post `ready`. What is no picture, or is not allowed, is
 * quarantined: trying again would end the same way, and would hold up the photos behind it.
 *
 * May be repeated: the same variants are written to the same keys.
 *
 * @throws Unprocessable when the message names an object that is not its author's
 * @throws Error when the object store or the post database does not answer: the message has to come again
 */
export function createImages(parts: ImageParts): (message: UploadComplete) => Promise<void> {
  const { objects, cassandra, moderator, settings, telemetry, log, turn, now } = parts;

  async function original({ s3Key }: UploadComplete): Promise<Buffer> {
    const file = await objects.get(s3Key, maximumBytes).catch((error: unknown) => {
      throw error instanceof ObjectTooLarge ? new Quarantined(error.message) : error;
    });
    if (file === null) throw new Quarantined('the photo is gone');
    return file;
  }

  async function allowedPicture(file: Buffer): Promise<Picture> {
    const picture = await telemetry
      .time('work', 'image-decode', () => decode(file, settings.maximumPixels))
      .catch((error: unknown) => {
        throw error instanceof NotAPicture ? new Quarantined(error.message) : error;
      });
    const reason = await telemetry.time('work', 'image-moderation', () => moderate(moderator, picture));
    if (reason !== null) throw new Quarantined(reason);
    return picture;
  }

  /** @returns the variants on their way to the store */
  async function makeAll({ mediaId }: UploadComplete, picture: Picture): Promise<Promise<void>[]> {
    const puts: Promise<void>[] = [];
    for await (const { sizePx, format, contentType, bytes } of makeVariants(picture)) {
      const put = objects.put(mediaKey(mediaId, sizePx, format), bytes, {
        contentType,
        access: 'public-read',
      });
      // Waited for by whoever publishes; one that fails before must not end the process.
      put.catch(() => undefined);
      puts.push(put);
    }
    return puts;
  }

  async function publish(message: UploadComplete): Promise<void> {
    const file = await original(message);
    const puts = await turn(async () => {
      const picture = await allowedPicture(file);
      return telemetry.time('work', 'image-variants', () => makeAll(message, picture));
    });
    await Promise.all(puts);
  }

  /** An earlier delivery may have made variants: another moderator may have been asked. */
  async function quarantine(message: UploadComplete): Promise<void> {
    await writeMediaState(cassandra, message, 'quarantined');
    const keys = sizes.flatMap((sizePx) =>
      formats.map((format) => mediaKey(message.mediaId, sizePx, format)),
    );
    await Promise.all(keys.map((key) => objects.remove(key)));
  }

  return async (message) => {
    if (message.s3Key !== originalKey(message.authorId, message.mediaId))
      throw new Unprocessable('The key is not that of a photo of the author.');
    const since = () => (now() - message.createdAtMs) / 1000;
    try {
      await publish(message);
    } catch (error) {
      if (!(error instanceof Quarantined)) throw error;
      await quarantine(message);
      telemetry.observe('work', 'post-to-media-state', 'quarantined', since());
      log.warn({ mediaId: message.mediaId, reason: error.message }, 'A photo is in quarantine');
      return;
    }
    await writeMediaState(cassandra, message, 'ready');
    telemetry.observe('work', 'post-to-media-state', 'ready', since());
  };
}
