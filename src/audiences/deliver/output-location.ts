import { HubError } from '../../core/errors.ts';
import { parseS3Place, unknownParameterOf, type S3Place } from '../../lake/s3/place.ts';

/** Where audiences are written. */
export type OutputLocation = { readonly folder: string } | { readonly s3: S3Place };

const AUDIENCES = { what: 'audiences', code: 'invalid_audience_output' };

/**
 * Reads `s3://bucket/prefix?region=R&endpoint=E`, or a folder.
 * @param use what is written there, and the code of the error that says that it is no place for it
 * @throws HubError configuration
 */
export function parseOutputLocation(text: string, use = AUDIENCES): OutputLocation {
  if (!/^[a-z0-9]+:\/\//i.test(text)) return { folder: text };
  const s3 = parseS3Place(text);
  if (s3 === undefined) {
    const unknown = unknownParameterOf(text);
    throw new HubError('configuration', use.code, `"${text.split('?')[0] ?? ''}" is no place for ${use.what}${unknown === undefined ? '' : `: there is no parameter "${unknown}"`}.`, {
      nextStep: 'Give a folder, or s3://bucket/prefix?region=R.',
    });
  }
  return { s3 };
}
