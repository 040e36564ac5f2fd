import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

import { codeOf, HubError, isTransient, messageOf } from '../../core/errors.ts';
import { retry } from '../../core/async/retry.ts';
import type { S3Place } from './place.ts';

export interface S3Options {
  /** Default: the credential chain of the AWS environment. */
  readonly credentials?: S3ClientConfig['credentials'];
  /** How often the client itself tries; default: as it thinks best. */
  readonly maxAttempts?: number;
}

/** What errors say of what lies there. */
export interface S3Words {
  readonly interrupted: string;
  readonly unreachable: { readonly code: string; readonly says: string; readonly nextStep: string };
  readonly refused: { readonly code: string; readonly says: string; readonly nextStep: string };
}

const TRIES = 5;
const CONNECTION = /\b(?:ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|TimeoutError)\b/;
/** S3 says so with 400; what was cut or damaged on the way can come through whole the next time. */
const DAMAGED = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout']);
const ignore = (): void => undefined;

/** A client for a place on S3. */
export function openS3({ region, endpoint }: S3Place, { credentials, maxAttempts }: S3Options = {}): S3Client {
  return new S3Client({
    // It would write plain lines to stderr of what is reported as an error anyway.
    logger: { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
    forcePathStyle: endpoint !== undefined,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  });
}

/**
 * Sends requests of a client that tries once, some times where another try can help: what an upload sends can be read anew.
 * @param baseMs upper bound of the first wait between two tries
 * @throws HubError by what it returns: interrupted, transient, or configuration where S3 refuses
 */
export function requestsOf(place: S3Place, words: S3Words, signal: AbortSignal, baseMs = 500): <T>(send: () => Promise<T>) => Promise<T> {
  return (send) => retry(() => told(send, place, words), { retries: TRIES - 1, baseMs, capMs: 10_000, shouldRetry: isTransient, signal });
}

/** What a request gives; undefined if there is no such object. */
export async function orMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function told<T>(send: () => Promise<T>, { bucket, prefix }: S3Place, { interrupted, unreachable, refused }: S3Words): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    const status = statusOf(cause);
    const name = (cause as { name?: string } | null)?.name ?? 'Error';
    const context = { bucket, prefix, status: status === 0 ? undefined : status, code: codeOf(cause) };
    if (name === 'AbortError') throw new HubError('interrupted', 'interrupted', interrupted, { context, cause });
    if (status === 0 ? isNetwork(cause, name) : status >= 500 || status === 429 || DAMAGED.has(name)) {
      throw new HubError('transient', unreachable.code, `${unreachable.says} (${codeOf(cause) ?? name}).`, { context, nextStep: unreachable.nextStep, cause });
    }
    throw new HubError('configuration', refused.code, `${refused.says} (${name}): ${messageOf(cause).slice(0, 200)}`, { context, nextStep: refused.nextStep, cause });
  }
}

/** The SDK wraps some errors of the connection so that only their text is left. */
function isNetwork(error: unknown, name: string): boolean {
  return name === 'TimeoutError' || CONNECTION.test(codeOf(error) ?? '') || CONNECTION.test(messageOf(error));
}

function statusOf(error: unknown): number {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;
}
