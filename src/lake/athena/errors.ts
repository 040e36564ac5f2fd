import { codeOf, HubError, messageOf } from '../../core/errors.ts';

/** Where a request belongs (entity, brand, batch, query …), and the signal that may have cut it short. */
export interface QueryScope {
  readonly context: Record<string, string | number | undefined>;
  readonly signal: AbortSignal;
}

/** What Athena says of a query that ended without a result. */
export interface QueryVerdict {
  readonly state: 'FAILED' | 'CANCELLED';
  readonly reason: string;
  /** Athena's own word: the same query may succeed if it is sent again. */
  readonly retryable: boolean;
  /** 1 system, 2 user, 3 other. */
  readonly category?: number;
}

const REFUSED_CREDENTIALS = new Set([
  'CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken',
  'UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidAccessKeyId', 'MissingAuthenticationTokenException',
  'InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'RequestExpired',
]);
const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'SlowDown']);
const NETWORK = new Set([
  'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
]);
const RESULT_GONE = new Set(['NoSuchKey', 'PreconditionFailed', 'InvalidRange']);
const BUSY = /exhausted resources|insufficient resources|throttl|rate exceeded|slow ?down|reduce your request rate|too many requests/i;
const SCAN_CUTOFF = /bytes scanned limit/i;

/** What a failed request to Athena or S3 means for the caller. The client has used up its retries by then. */
export function requestError(error: unknown, scope: QueryScope): HubError {
  if (error instanceof HubError) return error;
  if (scope.signal.aborted) return interruption(scope);
  const { name, status } = identify(error);
  const options = { context: scope.context, cause: error };
  if (REFUSED_CREDENTIALS.has(name)) {
    return new HubError('configuration', 'lake_credentials', `AWS did not accept the credentials (${name}).`, {
      ...options,
      nextStep: 'Renew the credentials of the AWS environment, and check the clock of this machine.',
    });
  }
  if (THROTTLED.has(name) || status === 429) {
    return new HubError('transient', 'lake_throttled', `AWS keeps throttling the requests (${name}).`, {
      ...options,
      nextStep: 'Run the command again later, or lower the number of queries in flight.',
    });
  }
  if (status >= 500 || name === 'TimeoutError' || NETWORK.has(codeOf(error) ?? '')) {
    return new HubError('transient', 'lake_unreachable', `AWS does not answer (${codeOf(error) ?? name}).`, {
      ...options,
      nextStep: 'Check the network, the region and the endpoint, then run the command again.',
    });
  }
  if (RESULT_GONE.has(name)) {
    return new HubError('transient', 'lake_result_gone', 'The result of the query was removed or replaced.', {
      ...options,
      nextStep: 'Run the command again: a new try runs the query again.',
    });
  }
  if (name.startsWith('AccessDenied') || status === 403) {
    return new HubError('configuration', 'lake_access_denied', `AWS denied access: ${clip(messageOf(error))}`, {
      ...options,
      nextStep: 'Grant the role Athena on the workgroup, Glue on the tables, and S3 on the data and the result location.',
    });
  }
  if (status >= 400 || /region is missing/i.test(messageOf(error))) {
    return new HubError('configuration', 'lake_request', `AWS refused the request (${name}): ${clip(messageOf(error))}`, {
      ...options,
      nextStep: 'Check workgroup, output and region in HUB_LAKE_URL.',
    });
  }
  return new HubError('unexpected', 'lake_failure', `Reading the lake failed: ${clip(messageOf(error))}`, options);
}

/** What a query that ended without a result means for the caller. */
export function queryError({ state, reason, retryable, category }: QueryVerdict, context: QueryScope['context']): HubError {
  if (SCAN_CUTOFF.test(reason)) {
    return new HubError('refused', 'scan_limit', `The workgroup stopped the query: ${clip(reason)}`, {
      context,
      nextStep: "Raise the workgroup's limit of bytes scanned per query, or check why the partition is so large.",
    });
  }
  if (state === 'CANCELLED') {
    return new HubError('transient', 'lake_query_cancelled', `The query was cancelled: ${clip(reason)}`, {
      context,
      nextStep: 'Run the command again: a new try runs the query again.',
    });
  }
  if (retryable || category === 1 || BUSY.test(reason)) {
    return new HubError('transient', 'lake_query_failed', `Athena could not run the query now: ${clip(reason)}`, {
      context,
      nextStep: 'Run the command again later.',
    });
  }
  return new HubError('configuration', 'lake_query_refused', `Athena refused the query: ${clip(reason)}`, {
    context,
    nextStep: 'Check that the table exists with its columns and partitions, and that the role may read it.',
  });
}

/** The query scanned more than `--max-scan-bytes`. */
export function scanLimitError(scanned: number, limit: number, context: QueryScope['context']): HubError {
  return new HubError('refused', 'scan_limit', `The query scanned ${scanned} bytes; the limit is ${limit}.`, {
    context: { ...context, scanned_bytes: scanned, max_scan_bytes: limit },
    nextStep: 'Raise --max-scan-bytes, or check why the partition is so large.',
  });
}

/** The caller's signal ended the work. */
export function interruption(scope: QueryScope): HubError {
  return new HubError('interrupted', 'interrupted', 'Reading the lake was interrupted.', { context: scope.context });
}

function identify(error: unknown): { name: string; status: number } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', status: 0 };
  const { name = 'Error', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return { name, status: $metadata?.httpStatusCode ?? 0 };
}

function clip(message: string): string {
  return message.length > 500 ? `${message.slice(0, 500)} …` : message;
}
