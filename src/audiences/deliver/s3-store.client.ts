import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

import { codeOf, HubError, isTransient, messageOf } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { retry } from '../../core/async/retry.ts';
import type { S3Location } from './output-location.ts';
import type { AudienceStore } from './store.ts';

export interface S3StoreOptions {
  /** Default: the credential chain of the AWS environment. */
  readonly credentials?: S3ClientConfig['credentials'];
  readonly signal: AbortSignal;
  /** What is written, in the words of its errors; default `audiences`. */
  readonly what?: string;
  /** Upper bound of the first wait between two tries; default 500. */
  readonly baseMs?: number;
}

const TRIES = 5;
const CONNECTION = /\b(?:ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|TimeoutError)\b/;
/** S3 says so with 400; what was cut or damaged on the way can come through whole the next time. */
const DAMAGED = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout']);
const ignore = (): void => undefined;

/**
 * A prefix on S3. S3 shows an object only when it has all of it, and the SHA-256 that goes with each upload makes it
 * refuse what was damaged on the way.
 */
export function openS3Store(location: S3Location, { credentials, signal, baseMs = 500, what = 'audiences' }: S3StoreOptions): AudienceStore {
  const { bucket, prefix, region, endpoint } = location;
  // An upload reads its file anew at each try, so the tries are counted here and not by the client.
  const s3 = new S3Client({
    maxAttempts: 1,
    // It would write plain lines to stderr of what is reported as an error anyway.
    logger: { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
    forcePathStyle: endpoint !== undefined,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const request = <T>(send: () => Promise<T>): Promise<T> =>
    retry(() => told(send, location, what), { retries: TRIES - 1, baseMs, capMs: 10_000, shouldRetry: isTransient, signal });
  return {
    location: `s3://${bucket}/${prefix}`,
    async put(name, localFile, sha256) {
      const { size } = await stat(localFile);
      await request(async () => {
        const body = createReadStream(localFile);
        try {
          const object = { ...at(name), Body: body, ContentLength: size, ContentType: 'text/csv', ChecksumSHA256: base64(sha256), Metadata: { sha256 } };
          await s3.send(new PutObjectCommand(object), { abortSignal: signal });
        } finally {
          body.destroy();
        }
      });
    },
    async putText(name, text, contentType = 'application/json') {
      const sha256 = sha256Hex(text);
      const object = { ...at(name), Body: text, ContentType: contentType, ChecksumSHA256: base64(sha256), Metadata: { sha256 } };
      await request(() => s3.send(new PutObjectCommand(object), { abortSignal: signal }));
    },
    async move(from, to) {
      const source = `${bucket}/${encodeURIComponent(prefix + from).replaceAll('%2F', '/')}`;
      await request(() => s3.send(new CopyObjectCommand({ ...at(to), CopySource: source }), { abortSignal: signal }));
      await request(() => s3.send(new DeleteObjectCommand(at(from)), { abortSignal: signal }));
    },
    async sha256Of(name) {
      return request(async () => {
        try {
          return (await s3.send(new HeadObjectCommand(at(name)), { abortSignal: signal })).Metadata?.['sha256'];
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      });
    },
    close: () => {
      s3.destroy();
    },
  };
}

async function told<T>(send: () => Promise<T>, { bucket, prefix }: S3Location, what: string): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    const status = statusOf(cause);
    const name = (cause as { name?: string }).name ?? 'Error';
    const context = { bucket, prefix, status: status === 0 ? undefined : status, code: codeOf(cause) };
    if (name === 'AbortError') throw new HubError('interrupted', 'interrupted', `Writing the ${what} was interrupted.`, { context, cause });
    if (status === 0 ? isNetwork(cause, name) : status >= 500 || status === 429 || DAMAGED.has(name)) {
      throw new HubError('transient', 's3_unreachable', `S3 does not take the ${what} now (${codeOf(cause) ?? name}).`, {
        context,
        nextStep: 'Run the command again later: the last whole files are still there.',
        cause,
      });
    }
    throw new HubError('configuration', 's3_refused', `S3 refused the ${what} (${name}): ${messageOf(cause).slice(0, 200)}`, {
      context,
      nextStep: 'Check bucket, region and credentials: the role needs s3:PutObject, s3:GetObject and s3:DeleteObject on the prefix.',
      cause,
    });
  }
}

/** The SDK wraps some errors of the connection so that only their text is left. */
function isNetwork(error: unknown, name: string): boolean {
  return name === 'TimeoutError' || CONNECTION.test(codeOf(error) ?? '') || CONNECTION.test(messageOf(error));
}

function statusOf(error: unknown): number {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
