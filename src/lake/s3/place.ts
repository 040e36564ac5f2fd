/** A prefix on S3; it ends with `/`, or is empty. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
  /** Undefined: as the environment says. */
  readonly region: string | undefined;
  /** Of another server that speaks S3, asked in path style; undefined: that of AWS. */
  readonly endpoint: string | undefined;
}

const FORM = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?]*))?(?:\?(.*))?$/;

/** Reads `s3://bucket/prefix?region=R&endpoint=E`; undefined for another form. */
export function parseS3Place(url: string): S3Place | undefined {
  const [, bucket, path = '', query = ''] = FORM.exec(url) ?? [];
  if (bucket === undefined || unknownParameterOf(url) !== undefined) return undefined;
  const parameters = new URLSearchParams(query);
  const prefix = path.replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/`, region: parameters.get('region') ?? undefined, endpoint: parameters.get('endpoint') ?? undefined };
}

/** The first parameter of a place that it cannot have. */
export function unknownParameterOf(url: string): string | undefined {
  const [, , , query = ''] = FORM.exec(url) ?? [];
  return [...new URLSearchParams(query).keys()].find((key) => key !== 'region' && key !== 'endpoint');
}
