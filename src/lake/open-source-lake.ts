import { HubError } from '../core/errors.ts';
import { openFolderLake } from './sources/folder-lake.client.ts';
import { parseS3Place } from './s3/place.ts';
import type { SourceLake } from './sources/source-lake.ts';

/**
 * Opens the source lake of a URL (HUB_SOURCES_URL); the AWS client is loaded only for one on S3.
 * @throws HubError configuration if it names none
 */
export async function openSourceLake(url: string, signal: AbortSignal): Promise<SourceLake> {
  if (url.startsWith('file:')) return openFolderLake(url.slice('file:'.length));
  const place = parseS3Place(url);
  if (place !== undefined) return (await import('./sources/s3-lake.client.ts')).openS3Lake(place, { signal });
  if (url.startsWith('s3:')) throw invalid('is no place on S3', 'Give s3://bucket/prefix?region=R.');
  throw invalid('names no place that hub knows', 'Use file:<folder> or s3://bucket/prefix?region=R.');
}

function invalid(reason: string, nextStep: string): HubError {
  return new HubError('configuration', 'invalid_sources_url', `HUB_SOURCES_URL ${reason}.`, { nextStep });
}
