import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { routeOf, type Endpoints } from '../../endpoints/index.ts';
import { requirePart } from './part.ts';
import type { Telemetry } from './telemetry.ts';

/** Metadata of an object. */
export interface ObjectHead {
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** What a form allows: one exact key and one content type. */
export interface FormPolicy {
  readonly key: string;
  readonly contentType: string;
  readonly minimumBytes: number;
  readonly maximumBytes: number;
  readonly expiresSeconds: number;
}

/** A form that whoever has it may post, as it is, with one file. */
export interface SignedForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The object store: one bucket of any S3-compatible service. */
export interface Objects {
  /**
   * A signed form for a direct upload. The key is signed as a whole: a prefix (`starts-with`) can be
   * left through `..` with more than one implementation.
   */
  signForm(policy: FormPolicy): Promise<SignedForm>;
  /** Null when there is no such object. */
  head(key: string): Promise<ObjectHead | null>;
  /** Null when there is no such object. @throws Error when it is larger than `maximumBytes` */
  get(key: string, maximumBytes: number): Promise<Buffer | null>;
  /** @param access `public-read` for what the CDN hands out */
  put(
    key: string,
    body: Uint8Array,
    options: { readonly contentType: string; readonly access: 'private' | 'public-read' },
  ): Promise<void>;
  /** Succeeds also when there is no such object. */
  remove(key: string): Promise<void>;
  /** @throws Error when the bucket does not answer */
  ping(): Promise<void>;
  close(): void;
}

/** An object is larger than its reader takes. */
export class ObjectTooLarge extends Error {
  override name = 'ObjectTooLarge';
}

export function connectObjects(endpoints: Endpoints, telemetry: Telemetry): Objects {
  const { hosts, tls, user, password, path: bucket, options } = requirePart(endpoints, 'objectStore');
  const { host, port } = routeOf(endpoints.routes, hosts[0]!.host, hosts[0]!.port);
  const client = new S3Client({
    endpoint: `${tls ? 'https' : 'http'}://${host}:${port}`,
    region: options['region'] ?? 'us-east-1',
    forcePathStyle: true,
    // Without credentials in the URL the SDK looks where it always does, e.g. in the instance's role.
    ...(user === null ? {} : { credentials: { accessKeyId: user, secretAccessKey: password ?? '' } }),
    maxAttempts: 3,
    // Checksums in trailers are not known to every implementation.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 1000, requestTimeout: 10_000 },
  });
  const time = <Result>(operation: string, work: () => Promise<Result>) =>
    telemetry.time('object-store', operation, work);
  return {
    signForm: async ({ key, contentType, minimumBytes, maximumBytes, expiresSeconds }) =>
      createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Fields: { 'Content-Type': contentType },
        Conditions: [['content-length-range', minimumBytes, maximumBytes]],
        Expires: expiresSeconds,
      }),
    head: (key) =>
      time('head', () =>
        nullIfMissing(async () => {
          const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
          return { sizeBytes: found.ContentLength ?? 0, contentType: found.ContentType ?? '' };
        }),
      ),
    get: (key, maximumBytes) =>
      time('get', () =>
        nullIfMissing(async () => {
          const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          const sizeBytes = found.ContentLength ?? Infinity;
          if (sizeBytes > maximumBytes) {
            const body = found.Body as unknown as { destroy?: () => void } | undefined;
            body?.destroy?.();
            throw new ObjectTooLarge(`${key} has ${sizeBytes} bytes, more than ${maximumBytes}.`);
          }
          return Buffer.from(await found.Body!.transformToByteArray());
        }),
      ),
    put: (key, body, { contentType, access }) =>
      time('put', async () => {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: contentType,
            ACL: access,
          }),
        );
      }),
    remove: (key) =>
      time('remove', async () => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),
    async ping() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },
    close: () => client.destroy(),
  };
}

async function nullIfMissing<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
    throw error;
  }
}
