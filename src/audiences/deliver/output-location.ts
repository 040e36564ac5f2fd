import { HubError } from '../../core/errors.ts';

/** A prefix on S3; it ends with `/`, or is empty. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
  readonly region?: string;
  /** For S3-compatible servers. */
  readonly endpoint?: string;
}

/** Where audiences are written. */
export type OutputLocation = { readonly folder: string } | { readonly s3: S3Location };

const AUDIENCES = { what: 'audiences', code: 'invalid_audience_output' };

/**
 * Reads `s3://bucket/prefix?region=R&endpoint=E`, or a folder.
 * @param use what is written there, and the code of the error that says that it is no place for it
 * @throws HubError configuration
 */
export function parseOutputLocation(text: string, use = AUDIENCES): OutputLocation {
  if (!/^[a-z0-9]+:\/\//i.test(text)) return { folder: text };
  const [, bucket, prefix = '', query = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?]*))?(?:\?(.*))?$/.exec(text) ?? [];
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((key) => key !== 'region' && key !== 'endpoint');
  if (bucket === undefined || unknown !== undefined) {
    throw new HubError('configuration', use.code, `"${text.split('?')[0] ?? ''}" is no place for ${use.what}${unknown === undefined ? '' : `: there is no parameter "${unknown}"`}.`, {
      nextStep: 'Give a folder, or s3://bucket/prefix?region=R.',
    });
  }
  const [region, endpoint] = [parameters.get('region'), parameters.get('endpoint')];
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  return { s3: { bucket, prefix: folder === '' ? '' : `${folder}/`, ...(region === null ? {} : { region }), ...(endpoint === null ? {} : { endpoint }) } };
}
