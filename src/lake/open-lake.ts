import { HubError } from '../core/errors.ts';
import type { Lake } from './port/lake.ts';

/** What a lake is opened with, besides its URL. */
interface LakeOptions {
  /** Queries at once, of Athena. */
  readonly concurrency: number;
  /** Bound for the bytes that one query may scan. */
  readonly maxScanBytes: number | undefined;
}

/**
 * Opens the lake of a URL. Each kind is loaded only when it is used: the AWS clients take longer to load than most
 * commands run.
 * @throws HubError configuration if it names none
 */
export async function openLake(url: string, { concurrency, maxScanBytes }: LakeOptions): Promise<Lake> {
  if (url.startsWith('file:')) {
    const { openFileLake } = await import('./files/files.client.ts');
    return openFileLake(url.slice('file:'.length));
  }
  if (url.startsWith('athena:')) {
    const { openAthenaLake } = await import('./athena/athena.client.ts');
    return openAthenaLake(url, { concurrency, ...(maxScanBytes === undefined ? {} : { maxScanBytes }) });
  }
  throw new HubError('configuration', 'invalid_lake_url', 'HUB_LAKE_URL names no lake that hub knows.', {
    nextStep: 'Use file:<folder> or athena://<catalog>/<database>?workgroup=W&output=s3://bucket/prefix&region=R.',
  });
}
