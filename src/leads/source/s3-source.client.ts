import type { Readable } from 'node:stream';

import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

import { HubError, codeOf } from '../../core/errors.ts';
import type { S3Place } from '../../lake/s3-place.ts';
import { batchesOf, type IntakeSource } from './intake-source.ts';

const ignore = (): void => undefined;

/** The intake below a prefix on S3. */
export function s3Source({ bucket, prefix, region, endpoint }: S3Place): IntakeSource {
  const s3 = new S3Client({
    // It would write plain lines to stderr of what is reported as an error anyway.
    logger: { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
    forcePathStyle: endpoint !== null,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
  });
  return {
    async list(kind, brand, from, signal) {
      const root = `${prefix === '' ? '' : `${prefix}/`}${kind}/brand=${brand}/`;
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
    async open({ place }, signal) {
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: place.slice(`s3://${bucket}/`.length) }), { abortSignal: signal }).catch(failed);
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
