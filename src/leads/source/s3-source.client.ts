import type { Readable } from 'node:stream';

import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';

import { HubError, codeOf } from '../../core/errors.ts';
import type { S3Place } from '../../lake/s3/place.ts';
import { openS3 } from '../../lake/s3/s3.client.ts';
import { batchesOf, type IntakeSource } from './intake-source.ts';

/** The intake below a prefix on S3. */
export function s3Source(place: S3Place): IntakeSource {
  const { bucket, prefix } = place;
  const s3 = openS3(place);
  return {
    async list(kind, brand, from, signal) {
      const root = `${prefix}${kind}/brand=${brand}/`;
      const files: { path: string; place: string; bytes: number }[] = [];
      for (let token: string | undefined, more = true; more; ) {
        const page = new ListObjectsV2Command({
          ...{ Bucket: bucket, Prefix: root },
          ...(token === undefined ? (from === undefined ? {} : { StartAfter: `${root}batch=${from}` }) : { ContinuationToken: token }),
        });
        const { Contents = [], NextContinuationToken: next } = await s3.send(page, { abortSignal: signal }).catch(failed);
        for (const { Key: key = '', Size: bytes = 0 } of Contents) files.push({ path: key.slice(root.length), place: `s3://${bucket}/${key}`, bytes });
        token = next;
        more = next !== undefined;
      }
      return batchesOf(files, from);
    },
    async open({ place: url }, signal) {
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: url.slice(`s3://${bucket}/`.length) }), { abortSignal: signal }).catch(failed);
      return body as Readable;
    },
    close: () => {
      s3.destroy();
    },
  };

  function failed(cause: unknown): never {
    const { name } = Object(cause) as { name?: string };
    if (name === 'AbortError') throw new HubError('interrupted', 'interrupted', 'Reading the intake was interrupted.', { cause });
    throw new HubError('transient', 'intake_unreachable', `S3 does not give the intake (${codeOf(cause) ?? name ?? 'unknown'}).`, {
      context: { bucket },
      nextStep: 'Check bucket, region and credentials: the role needs s3:ListBucket and s3:GetObject on the prefix. Nothing is lost; run it again.',
      cause,
    });
  }
}
