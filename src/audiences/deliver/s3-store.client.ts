import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';

import { sha256Hex } from '../../core/hash.ts';
import type { S3Place } from '../../lake/s3/place.ts';
import { openS3, orMissing, requestsOf, type S3Options, type S3Words } from '../../lake/s3/s3.client.ts';
import type { AudienceStore } from './store.ts';

export interface S3StoreOptions extends Pick<S3Options, 'credentials'> {
  readonly signal: AbortSignal;
  /** What is written, in the words of its errors; default `audiences`. */
  readonly what?: string;
  /** Upper bound of the first wait between two tries; default 500. */
  readonly baseMs?: number;
}

function wordsOf(what: string): S3Words {
  return {
    interrupted: `Writing the ${what} was interrupted.`,
    unreachable: { code: 's3_unreachable', says: `S3 does not take the ${what} now`, nextStep: 'Run the command again later: the last whole files are still there.' },
    refused: {
      code: 's3_refused',
      says: `S3 refused the ${what}`,
      nextStep: 'Check bucket, region and credentials: the role needs s3:PutObject, s3:GetObject and s3:DeleteObject on the prefix.',
    },
  };
}

/**
 * A prefix on S3. S3 shows an object only when it has all of it, and the SHA-256 that goes with each upload makes it
 * refuse what was damaged on the way.
 */
export function openS3Store(place: S3Place, { signal, baseMs, what = 'audiences', ...options }: S3StoreOptions): AudienceStore {
  const { bucket, prefix } = place;
  // An upload reads its file anew at each try, so the tries are counted here and not by the client.
  const s3 = openS3(place, { maxAttempts: 1, ...options });
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const request = requestsOf(place, wordsOf(what), signal, baseMs);
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
      return (await request(() => orMissing(s3.send(new HeadObjectCommand(at(name)), { abortSignal: signal }))))?.Metadata?.['sha256'];
    },
    close: () => {
      s3.destroy();
    },
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
