import { HubError } from '../core/errors.ts';
import { openFolderLake } from './sources/folder-lake.client.ts';
import { parseS3Place } from './sources/s3-place.ts';
import type { SourceLake } from './sources/source-lake.ts';

/**
 * Opens the source lake of a URL (HUB_SOURCES_URL); the AWS client is loaded only for one on S3.
 * @throws HubError configuration if it names none
 */
export async function openSourceLake(url: string, signal: AbortSignal): Promise<SourceLake> {
  if (url.startsWith('file:')) return openFolderLake(url.slice('file:'.length));
  if (url.startsWith('s3:')) return (await import('./sources/s3-lake.client.ts')).openS3Lake(parseS3Place(url), { signal });
  throw new HubError('configuration', 'invalid_sources_url', 'HUB_SOURCES_URL names no place that hub knows.', {
    nextStep: 'Use file:<folder> or s3://bucket/prefix?region=R.',
  });
}
