import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

import { codeOf, HubError, isTransient, messageOf } from '../../core/errors.ts';
import { retry } from '../../core/async/retry.ts';
import { sha256Bytes } from '../../core/hash.ts';
import { parseBatchId } from '../../core/time.ts';
import { BATCH_MANIFEST, manifestText, parseManifest } from './manifest.ts';
import { accountOfFolder, batchPrefix, damagedBatch, decodeName, encodeName, feedPrefix, type BatchPlace, type SourceFeed } from './place.ts';
import type { S3Place } from './s3-place.ts';
import type { SourceLake } from './source-lake.ts';

export interface S3LakeOptions {
  readonly signal: AbortSignal;
  /** Default: the credential chain of the AWS environment. */
  readonly credentials?: S3ClientConfig['credentials'];
  /** Upper bound of the first wait between two tries, in milliseconds; default 500. */
  readonly baseMs?: number;
}

const TRIES = 5;
const CONNECTION = /\b(?:ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|TimeoutError)\b/;
/** S3 says so with 400; what was cut or damaged on the way can come through whole the next time. */
const DAMAGED = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout']);
const ignore = (): void => undefined;

/**
 * A lake below a prefix on S3, which shows an object only when it has all of it. The SHA-256 that goes with each PUT makes
 * it refuse what was damaged on the way; parts are staged in the system's folder for temporary files.
 */
export function openS3Lake(place: S3Place, { signal, credentials, baseMs = 500 }: S3LakeOptions): SourceLake {
  const { bucket, prefix, region, endpoint } = place;
  // A part is read anew at each try, so the tries are counted here and not by the client.
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
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  const sent = <T>(send: () => Promise<T>): Promise<T> => retry(() => told(send, place), { retries: TRIES - 1, baseMs, capMs: 10_000, shouldRetry: isTransient, signal });
  const stagingOf = (batch: BatchPlace): string => join(tmpdir(), `hub-sources-${sha256Bytes(`${bucket}/${prefix}${batchPrefix(batch)}`).toString('hex').slice(0, 32)}`);
  /** The keys below a folder, without the folder's own prefix; with a delimiter the folders in it. */
  const list = (folder: string, delimiter?: '/'): Promise<{ readonly keys: ReadonlyMap<string, number>; readonly folders: readonly string[] }> =>
    sent(async () => {
      const [keys, folders] = [new Map<string, number>(), [] as string[]];
      const base = prefix + folder;
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: base, ...(delimiter === undefined ? {} : { Delimiter: delimiter }) }, { abortSignal: signal });
      for await (const { Contents = [], CommonPrefixes = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents) keys.set(Key.slice(base.length), Size);
        folders.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(base.length, -1)));
      }
      return { keys, folders };
    });
  const get = (key: string) =>
    sent(async () => {
      try {
        return (await s3.send(new GetObjectCommand(at(key)), { abortSignal: signal })).Body;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  const decoded = async (folder: string, wanted: readonly string[] | undefined): Promise<string[]> =>
    (await list(folder, '/')).folders.map(decodeName).filter((name) => name !== undefined && (wanted?.includes(name) ?? true)) as string[];
  return {
    location: `s3://${bucket}/${prefix}`,
    async stage(batch) {
      await rm(stagingOf(batch), { recursive: true, force: true });
      await mkdir(stagingOf(batch), { mode: 0o700 });
      return stagingOf(batch);
    },
    unstage: (batch) => rm(stagingOf(batch), { recursive: true, force: true }),
    putPart: (batch, { name, file, bytes, sha256 }) =>
      sent(async () => {
        const body = createReadStream(file);
        const sum = Buffer.from(sha256, 'hex').toString('base64');
        const object = { ...at(batchPrefix(batch) + name), Body: body, ContentLength: bytes, ContentType: 'application/gzip', ChecksumSHA256: sum };
        try {
          await s3.send(new PutObjectCommand(object), { abortSignal: signal });
        } finally {
          body.destroy();
        }
      }),
    async putManifest(manifest) {
      const text = manifestText(manifest);
      const object = { ...at(batchPrefix(manifest) + BATCH_MANIFEST), Body: text, ContentType: 'application/json', ChecksumSHA256: sha256Bytes(text).toString('base64') };
      await sent(() => s3.send(new PutObjectCommand(object), { abortSignal: signal }));
    },
    async removePart(batch, name) {
      await sent(() => s3.send(new DeleteObjectCommand(at(batchPrefix(batch) + name)), { abortSignal: signal }));
    },
    async partSizes(batch) {
      return new Map([...(await list(batchPrefix(batch))).keys].filter(([name]) => name.startsWith('part-')));
    },
    async manifest(batch) {
      const text = await (await get(batchPrefix(batch) + BATCH_MANIFEST))?.transformToString();
      if (text === undefined) return undefined;
      const manifest = parseManifest(text, batch);
      if (manifest === undefined) throw damagedBatch(batch, `${BATCH_MANIFEST} is no manifest of it`);
      return manifest;
    },
    async feeds({ platforms, streams, accounts } = {}) {
      const feeds: SourceFeed[] = [];
      for (const platform of await decoded('', platforms)) {
        for (const stream of await decoded(`${encodeName(platform)}/`, streams)) {
          const found = (await list(`${encodeName(platform)}/${encodeName(stream)}/`, '/')).folders.map(accountOfFolder);
          for (const account of found) if (account !== undefined && (accounts?.includes(account) ?? true)) feeds.push({ platform, stream, account });
        }
      }
      return feeds;
    },
    async batches(feed) {
      const keys = [...(await list(feedPrefix(feed))).keys.keys()];
      const folders = keys.flatMap((key) => (key.endsWith(`/${BATCH_MANIFEST}`) && key.startsWith('batch=') ? [key.slice('batch='.length, -BATCH_MANIFEST.length - 1)] : []));
      return folders.map(parseBatchId).filter((batch) => batch !== undefined).sort();
    },
    async openPart(batch, name) {
      const body = await get(batchPrefix(batch) + name);
      if (body === undefined) throw damagedBatch(batch, `${name} is missing`);
      return body as unknown as AsyncIterable<Uint8Array>;
    },
    close: () => {
      s3.destroy();
    },
  };
}

async function told<T>(send: () => Promise<T>, { bucket, prefix }: S3Place): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    const status = statusOf(cause);
    const name = (cause as { name?: string } | null)?.name ?? 'Error';
    const context = { bucket, prefix, status: status === 0 ? undefined : status, code: codeOf(cause) };
    if (name === 'AbortError') throw new HubError('interrupted', 'interrupted', 'The source lake was left as it is: the run was interrupted.', { context, cause });
    if (status === 0 ? isNetwork(cause, name) : status >= 500 || status === 429 || DAMAGED.has(name)) {
      throw new HubError('transient', 'source_lake_unreachable', `S3 cannot be asked for the source lake now (${codeOf(cause) ?? name}).`, {
        context,
        nextStep: 'Run the command again later: whole batches are still there.',
        cause,
      });
    }
    throw new HubError('configuration', 'source_lake_refused', `S3 refused the source lake (${name}): ${messageOf(cause).slice(0, 200)}`, {
      context,
      nextStep: 'Check bucket, region and credentials: the role needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject on the prefix.',
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
