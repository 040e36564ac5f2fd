import { addAbortSignal, Readable } from 'node:stream';

import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

import { HubError } from '../../core/errors.ts';
import { type QueryScope, requestError } from './errors.ts';
import { retryDelay, type Sleep } from './delays.ts';

/** A connection that breaks again before it gave this much counts as one more failure in a row. */
const PROGRESS_BYTES = 256 * 1024;

/** What a download works with. */
export interface Download {
  readonly s3: S3Client;
  readonly sleep: Sleep;
  /** How often in a row a connection may break without progress. */
  readonly tries: number;
}

/**
 * Streams the result object of a query. A connection that breaks is resumed where it broke; what comes out is
 * every byte of the object, or an error.
 *
 * @throws HubError `transient` if the download keeps breaking or the object is gone; otherwise as requestError.
 */
export async function* downloadResult(download: Download, uri: string, scope: QueryScope): AsyncGenerator<Buffer> {
  const place = parseS3Uri(uri, scope);
  let received = 0;
  let size: number | undefined;
  let etag: string | undefined;
  let failures = 0;
  while (received !== size) {
    const before = received;
    const response = await getFrom(download.s3, place, received, etag, scope);
    const { body, total } = checkedResponse(response, received, scope);
    size ??= total;
    etag ??= response.ETag;
    addAbortSignal(scope.signal, body);
    let broken: unknown;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      broken = error;
    } finally {
      body.destroy();
    }
    if (scope.signal.aborted) throw requestError(broken, scope);
    if (received === size) return;
    failures = received - before >= PROGRESS_BYTES ? 1 : failures + 1;
    if (failures >= download.tries) throw brokenDownload(received, size, scope, broken);
    await download.sleep(retryDelay(failures - 1), scope.signal).catch((error: unknown) => {
      throw requestError(error, scope);
    });
  }
}

/** True if the result object of a query is still there. S3 denies access to what is gone if the role may not list. */
export async function resultExists(s3: S3Client, uri: string, scope: QueryScope): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand(parseS3Uri(uri, scope)), { abortSignal: scope.signal });
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0)) return false;
    throw requestError(error, scope);
  }
}

interface S3Place {
  readonly Bucket: string;
  readonly Key: string;
}

async function getFrom(s3: S3Client, place: S3Place, start: number, etag: string | undefined, scope: QueryScope) {
  const Range = start === 0 ? undefined : `bytes=${start}-`;
  try {
    return await s3.send(new GetObjectCommand({ ...place, Range, IfMatch: etag }), { abortSignal: scope.signal });
  } catch (error) {
    throw requestError(error, scope);
  }
}

// Without a length a cut result would look whole, and without the right range its bytes would be shifted.
function checkedResponse(response: GetObjectCommandOutput, start: number, scope: QueryScope) {
  const { Body: body, ContentLength: length, ContentRange: range } = response;
  const resumed = start === 0 || (range ?? '').startsWith(`bytes ${start}-`);
  if (body instanceof Readable && length !== undefined && resumed) return { body, total: start + length };
  if (body instanceof Readable) body.destroy();
  throw new HubError('transient', 'lake_download', 'S3 answered without the length or the range that was asked for.', {
    context: { ...scope.context, offset: start },
    nextStep: 'Run the command again; check proxies between here and S3.',
  });
}

function brokenDownload(received: number, size: number, scope: QueryScope, cause: unknown): HubError {
  return new HubError('transient', 'lake_download', 'The download of the query result keeps breaking.', {
    context: { ...scope.context, received_bytes: received, size_bytes: size },
    nextStep: 'Check the network, then run the command again.',
    cause,
  });
}

function parseS3Uri(uri: string, scope: QueryScope): S3Place {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (Bucket !== undefined && Key !== undefined) return { Bucket, Key };
  throw new HubError('configuration', 'lake_output', 'The workgroup keeps query results where hub cannot read them.', {
    context: scope.context,
    nextStep: 'Give output=s3://bucket/prefix in HUB_LAKE_URL, or a workgroup with a result location on S3.',
  });
}
