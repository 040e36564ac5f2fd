import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';

import { queryError, type QueryScope, requestError, scanLimitError } from './errors.ts';
import type { AthenaLocation } from './location.ts';
import { pollDelay, type Sleep } from './delays.ts';
import type { Statement } from './statements.ts';

/** After an abort: how long a start may still answer (so that its query can be stopped), and a stop take. */
const GRACE_MILLIS = 1_000;

/** What running queries needs. */
export interface QueryRunner {
  readonly athena: AthenaClient;
  readonly location: AthenaLocation;
  readonly sleep: Sleep;
  readonly maxScanBytes?: number;
}

/** A query to run. */
export interface QueryRequest {
  readonly statement: Statement;
  /** `ClientRequestToken`; the SDK makes a new one up if there is none. */
  readonly token?: string | undefined;
  /** Hears the bytes scanned so far, whether the query succeeds or not. */
  readonly onScanned?: (bytes: number) => void;
}

/** A query that succeeded. */
export interface FinishedQuery {
  readonly id: string;
  /** The result object, `s3://bucket/key.csv`; empty if the workgroup keeps its results to itself. */
  readonly output: string;
  /** True if the token named a query of an earlier request, whose result may be gone by now. */
  readonly leftover: boolean;
}

/**
 * Runs a query to its end. Stops it if the signal is aborted, if it scans too much or if it cannot be watched.
 * If the token names a query that was stopped or failed before, by a run that was interrupted, a new one is run.
 *
 * @throws HubError as requestError and queryError say; `refused` (`scan_limit`) beyond maxScanBytes.
 */
export async function runQuery(runner: QueryRunner, request: QueryRequest, scope: QueryScope): Promise<FinishedQuery> {
  const id = await startQuery(runner, request, scope);
  const context = { ...scope.context, query: id };
  let last: { execution: QueryExecution; leftover: boolean };
  try {
    last = await watchQuery(runner, id, request, { ...scope, context });
  } catch (error) {
    await stopQuery(runner, id);
    throw requestError(error, { ...scope, context });
  }
  const { State: state, StateChangeReason: reason = '', AthenaError: failure } = last.execution.Status ?? {};
  const leftover = last.leftover && request.token !== undefined;
  if (leftover && state !== 'SUCCEEDED') return runQuery(runner, { ...request, token: undefined }, scope);
  if (state === 'FAILED' || state === 'CANCELLED') {
    throw queryError(
      {
        state,
        reason: reason === '' ? (failure?.ErrorMessage ?? 'no reason given') : reason,
        retryable: failure?.Retryable === true,
        ...(failure?.ErrorCategory === undefined ? {} : { category: failure.ErrorCategory }),
      },
      context,
    );
  }
  return { id, output: last.execution.ResultConfiguration?.OutputLocation ?? '', leftover };
}

/** The rows of a small result through the API, page by page, without the header row. */
export async function readSmallResult(runner: QueryRunner, id: string, scope: QueryScope): Promise<string[][]> {
  const rows: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await runner.athena
      .send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken }), { abortSignal: scope.signal })
      .catch((error: unknown) => {
        throw requestError(error, { ...scope, context: { ...scope.context, query: id } });
      });
    for (const row of page.ResultSet?.Rows ?? []) rows.push((row.Data ?? []).map((datum) => datum.VarCharValue ?? ''));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rows.slice(1);
}

async function startQuery(runner: QueryRunner, request: QueryRequest, scope: QueryScope): Promise<string> {
  const { catalog, database, workgroup, output } = runner.location;
  const grace = abortLater(scope.signal);
  try {
    scope.signal.throwIfAborted();
    const { QueryExecutionId } = await runner.athena.send(
      new StartQueryExecutionCommand({
        QueryString: request.statement.sql,
        ExecutionParameters: [...request.statement.parameters],
        ClientRequestToken: request.token,
        QueryExecutionContext: { Catalog: catalog, Database: database },
        WorkGroup: workgroup,
        ResultConfiguration: output === undefined ? undefined : { OutputLocation: output },
        // A batch that is read again must be read, not remembered.
        ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
      }),
      { abortSignal: grace.signal },
    );
    if (QueryExecutionId === undefined) throw new Error('Athena gave no query id');
    return QueryExecutionId;
  } catch (error) {
    throw requestError(error, scope);
  } finally {
    grace.release();
  }
}

// No query is over at the first look, right after its start: one that is, was started by an earlier request.
async function watchQuery(runner: QueryRunner, id: string, request: QueryRequest, scope: QueryScope) {
  for (let polls = 0; ; polls++) {
    const { QueryExecution: execution = {} } = await runner.athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
      { abortSignal: scope.signal },
    );
    const scanned = execution.Statistics?.DataScannedInBytes ?? 0;
    request.onScanned?.(scanned);
    if (runner.maxScanBytes !== undefined && scanned > runner.maxScanBytes) {
      throw scanLimitError(scanned, runner.maxScanBytes, scope.context);
    }
    const state = execution.Status?.State;
    if (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED') return { execution, leftover: polls === 0 };
    await runner.sleep(pollDelay(polls), scope.signal);
  }
}

// The caller is already failing: that a query could not be stopped must not hide why.
async function stopQuery(runner: QueryRunner, id: string): Promise<void> {
  await runner.athena
    .send(new StopQueryExecutionCommand({ QueryExecutionId: id }), { abortSignal: AbortSignal.timeout(GRACE_MILLIS) })
    .catch(() => undefined);
}

/** A signal that follows another one after the grace time. */
function abortLater(signal: AbortSignal): { signal: AbortSignal; release: () => void } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => later.abort(), GRACE_MILLIS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const release = () => {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  };
  return { signal: later.signal, release };
}
