import { type AthenaClient, GetTableMetadataCommand } from '@aws-sdk/client-athena';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

import { type QueryScope, requestError } from './errors.ts';
import type { AthenaLocation } from './location.ts';

/** An object of the data behind a table. */
export interface LakeObject {
  /** `s3://bucket/key` */
  readonly uri: string;
  /** The key, from the place on below which it was looked for. */
  readonly path: string;
  readonly bytes: number;
  readonly version: string;
}

/**
 * Where the data of a table lies, with a slash at its end; undefined if not on S3.
 * @throws HubError as requestError
 */
export async function tableLocation(athena: AthenaClient, { catalog, database }: AthenaLocation, table: string, scope: QueryScope): Promise<string | undefined> {
  const request = new GetTableMetadataCommand({ CatalogName: catalog, DatabaseName: database, TableName: table });
  const { TableMetadata } = await athena.send(request, { abortSignal: scope.signal }).catch((error: unknown) => {
    throw requestError(error, scope);
  });
  const location = TableMetadata?.Parameters?.['location'] ?? '';
  return /^s3[an]?:\/\/[^/]+/.test(location) ? `${location.replace(/^s3[an]:/, 's3:').replace(/\/+$/, '')}/` : undefined;
}

/**
 * Lists every object below a place, 1,000 a request.
 * @param uri `s3://bucket/prefix/`
 * @throws HubError as requestError
 */
export async function objectsBelow(s3: S3Client, uri: string, scope: QueryScope): Promise<LakeObject[]> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  const found: LakeObject[] = [];
  let token: string | undefined;
  do {
    const request = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    const page = await s3.send(request, { abortSignal: scope.signal }).catch((error: unknown) => {
      throw requestError(error, scope);
    });
    for (const { Key: key = '', Size: bytes = 0, ETag: version = '' } of page.Contents ?? []) {
      found.push({ uri: `s3://${bucket}/${key}`, path: key.slice(prefix.length), bytes, version });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}
