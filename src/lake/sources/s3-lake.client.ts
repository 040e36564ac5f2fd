import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';

import { sha256Bytes } from '../../core/hash.ts';
import { parseBatchId } from '../../core/time.ts';
import type { S3Place } from '../s3/place.ts';
import { openS3, orMissing, requestsOf, type S3Options, type S3Words } from '../s3/s3.client.ts';
import { BATCH_MANIFEST, manifestText, parseManifest } from './manifest.ts';
import { accountOfFolder, batchPrefix, damagedBatch, decodeName, encodeName, feedPrefix, type BatchPlace, type SourceFeed } from './place.ts';
import type { SourceLake } from './source-lake.ts';

export interface S3LakeOptions extends Pick<S3Options, 'credentials'> {
  readonly signal: AbortSignal;
  /** Upper bound of the first wait between two tries, in milliseconds; default 500. */
  readonly baseMs?: number;
}

const WORDS: S3Words = {
  interrupted: 'The source lake was left as it is: the run was interrupted.',
  unreachable: { code: 'source_lake_unreachable', says: 'S3 cannot be asked for the source lake now', nextStep: 'Run the command again later: whole batches are still there.' },
  refused: {
    code: 'source_lake_refused',
    says: 'S3 refused the source lake',
    nextStep: 'Check bucket, region and credentials: the role needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject on the prefix.',
  },
};

/**
 * A lake below a prefix on S3, which shows an object only when it has all of it. The SHA-256 that goes with each PUT makes
 * it refuse what was damaged on the way; parts are staged in the system's folder for temporary files.
 */
export function openS3Lake(place: S3Place, { signal, baseMs, ...options }: S3LakeOptions): SourceLake {
  const { bucket, prefix } = place;
  // A part is read anew at each try, so the tries are counted here and not by the client.
  const s3 = openS3(place, { maxAttempts: 1, ...options });
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  const sent = requestsOf(place, WORDS, signal, baseMs);
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
  const get = async (key: string) => (await sent(() => orMissing(s3.send(new GetObjectCommand(at(key)), { abortSignal: signal }))))?.Body;
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
