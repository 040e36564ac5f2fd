import { AthenaClient, type AthenaClientConfig } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';

import type { QueryScope } from './errors.ts';
import type { AthenaLocation } from './location.ts';
import { type Sleep, sleepMillis } from './delays.ts';
import { type FinishedQuery, type QueryRequest, readSmallResult, runQuery } from './query.client.ts';
import { type LakeObject, objectsBelow, tableLocation } from './files.client.ts';
import { downloadResult, resultExists } from './result.client.ts';

/** How to reach AWS. */
export interface EngineOptions {
  /** Stop a query that scans more bytes than this. */
  readonly maxScanBytes?: number;
  /** How often a request is tried, and a download resumed in a row without progress. Default 8. */
  readonly tries?: number;
  /** Default: the credential chain of the AWS environment. */
  readonly credentials?: AthenaClientConfig['credentials'];
  readonly sleep?: Sleep;
}

/** Athena and the S3 objects with its results. This module loads the AWS SDK: import it only when it is needed. */
export interface AthenaEngine {
  readonly run: (request: QueryRequest, scope: QueryScope) => Promise<FinishedQuery>;
  readonly smallResult: (id: string, scope: QueryScope) => Promise<string[][]>;
  readonly download: (uri: string, scope: QueryScope) => AsyncGenerator<Buffer>;
  /** Where the data of a table lies, `s3://bucket/prefix/`; undefined if it lies elsewhere. */
  readonly tableLocation: (table: string, scope: QueryScope) => Promise<string | undefined>;
  /** Every object below a place. */
  readonly objectsBelow: (uri: string, scope: QueryScope) => Promise<LakeObject[]>;
  readonly close: () => void;
}

/**
 * Makes the clients; nothing is sent yet. Throttling, 5xx and network errors are retried by the SDK, with full
 * jitter, up to `tries`.
 */
export function openEngine(location: AthenaLocation, options: EngineOptions): AthenaEngine {
  const { tries = 8, sleep = sleepMillis, maxScanBytes, credentials } = options;
  const { region, endpoint } = location;
  const client = {
    maxAttempts: tries,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const athena = new AthenaClient(client);
  // The length is checked by the download; a checksum of the SDK's would not survive a resumption.
  const s3 = new S3Client({ ...client, forcePathStyle: endpoint !== undefined, responseChecksumValidation: 'WHEN_REQUIRED' });
  const runner = { athena, location, sleep, ...(maxScanBytes === undefined ? {} : { maxScanBytes }) };
  // The result of an earlier run serves as long as the bucket keeps it.
  const run = async (request: QueryRequest, scope: QueryScope) => {
    const finished = await runQuery(runner, request, scope);
    if (!finished.leftover || (await resultExists(s3, finished.output, scope))) return finished;
    return runQuery(runner, { ...request, token: undefined }, scope);
  };
  return {
    run,
    smallResult: (id, scope) => readSmallResult(runner, id, scope),
    download: (uri, scope) => downloadResult({ s3, sleep, tries }, uri, scope),
    tableLocation: (table, scope) => tableLocation(athena, location, table, scope),
    objectsBelow: (uri, scope) => objectsBelow(s3, uri, scope),
    close: () => {
      athena.destroy();
      s3.destroy();
    },
  };
}
