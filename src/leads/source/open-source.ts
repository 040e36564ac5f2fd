import { HubError } from '../../core/errors.ts';
import { parseS3Place } from '../../lake/s3/place.ts';
import { erasableFolder } from './erase-intake.client.ts';
import type { IntakeSource } from './intake-source.ts';

/**
 * Opens the intake of a URL for reading; the AWS client is loaded only for one on S3.
 * @throws HubError configuration if it names none
 */
export async function openIntakeSource(url: string): Promise<IntakeSource> {
  if (url.startsWith('file:')) return erasableFolder(url.slice('file:'.length));
  const place = parseS3Place(url);
  if (place !== undefined) return (await import('./s3-source.client.ts')).s3Source(place);
  throw new HubError('configuration', 'invalid_intake_url', 'HUB_INTAKE_URL names no place that hub knows.', {
    nextStep: 'Use file:<folder> or s3://bucket/prefix?region=R.',
  });
}
