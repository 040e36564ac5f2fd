import { PutObjectCommand } from '@aws-sdk/client-s3';

import { codeOf, HubError } from '../../core/errors.ts';
import { sha256Bytes } from '../../core/hash.ts';
import { parseS3Place } from '../../lake/s3/place.ts';
import { openS3 } from '../../lake/s3/s3.client.ts';
import type { IntakeStore } from './intake-store.ts';

/**
 * A prefix on S3, `s3://bucket/prefix?region=R&endpoint=E`. S3 shows an object only when it has all of it, so a part is
 * one PUT; its SHA-256 makes S3 refuse what was damaged on the way.
 * @throws HubError configuration for another form
 */
export function openS3Intake(url: string): IntakeStore {
  const place = parseS3Place(url);
  if (place === undefined) throw invalid();
  const { bucket, prefix } = place;
  const s3 = openS3(place);
  return {
    location: `s3://${bucket}/${prefix}`,
    async put(name, bytes) {
      const object = { Bucket: bucket, Key: prefix + name, Body: bytes, ContentLength: bytes.length, ContentType: 'application/gzip', ChecksumSHA256: sha256Bytes(bytes).toString('base64') };
      await s3.send(new PutObjectCommand(object)).catch((cause: unknown) => {
        throw unreachable(bucket, cause);
      });
    },
    close: () => {
      s3.destroy();
    },
  };
}

function unreachable(bucket: string, cause: unknown): HubError {
  const { name } = Object(cause) as { name?: string };
  return new HubError('transient', 'intake_unreachable', `S3 does not take the intake (${codeOf(cause) ?? name ?? 'unknown'}).`, {
    context: { bucket },
    nextStep: 'Check bucket, region and credentials: the role needs s3:PutObject on the prefix. The segments stay until it works.',
    cause,
  });
}

function invalid(): HubError {
  return new HubError('configuration', 'invalid_intake_url', 'HUB_INTAKE_URL is no place on S3.', { nextStep: 'Give s3://bucket/prefix?region=R.' });
}
