import { HubError } from '../../core/errors.ts';

/** A prefix on S3; it ends with `/`, or is empty. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string | undefined;
  /** For servers that speak S3. */
  readonly endpoint: string | undefined;
}

const FORM = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?]*))?(?:\?(.*))?$/;

/**
 * Reads `s3://bucket/prefix?region=R&endpoint=E`.
 * @throws HubError configuration for another form
 */
export function parseS3Place(url: string): S3Place {
  const [, bucket, path = '', query = ''] = FORM.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  if (bucket === undefined || [...parameters.keys()].some((key) => key !== 'region' && key !== 'endpoint')) {
    throw new HubError('configuration', 'invalid_sources_url', 'HUB_SOURCES_URL is no place on S3.', { nextStep: 'Give s3://bucket/prefix?region=R.' });
  }
  const prefix = path.replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/`, region: parameters.get('region') ?? undefined, endpoint: parameters.get('endpoint') ?? undefined };
}
