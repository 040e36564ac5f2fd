/** A prefix of a bucket. */
export interface S3Place {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Null: as the environment says. */
  readonly region: string | null;
  /** Null: that of AWS. Others are asked in path style. */
  readonly endpoint: string | null;
}

const PLACE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?]*))?(?:\?(.*))?$/;

/** Reads `s3://bucket/prefix?region=R&endpoint=E`; undefined for another form. */
export function parseS3Place(url: string): S3Place | undefined {
  const [, bucket, path = '', query = ''] = PLACE.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  if (bucket === undefined || [...parameters.keys()].some((key) => key !== 'region' && key !== 'endpoint')) return undefined;
  return { bucket, prefix: path.replace(/^\/+|\/+$/g, ''), region: parameters.get('region'), endpoint: parameters.get('endpoint') };
}
