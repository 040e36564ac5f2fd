import { expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { requestError } from '../../../src/lake/athena/errors.ts';

const scope = { context: { entity: 'invoice', batch: '20261120T020000Z' }, signal: new AbortController().signal };

// Network errors are tested here and not over HTTP: within jest they belong to another realm than the SDK's `Error`,
// and the SDK wraps what it does not know.
test.each([
  [{ name: 'Error', code: 'ECONNREFUSED' }, 'transient', 'lake_unreachable'],
  [{ name: 'Error', code: 'ENOTFOUND' }, 'transient', 'lake_unreachable'],
  [{ name: 'TimeoutError', code: 'ECONNRESET' }, 'transient', 'lake_unreachable'],
  [{ name: 'TimeoutError' }, 'transient', 'lake_unreachable'],
  [{ name: 'Error', cause: { code: 'EAI_AGAIN' } }, 'transient', 'lake_unreachable'],
  [{ name: 'InternalError', $metadata: { httpStatusCode: 500 } }, 'transient', 'lake_unreachable'],
  [{ name: 'SlowDown', $metadata: { httpStatusCode: 503 } }, 'transient', 'lake_throttled'],
  [{ name: 'Unknown', $metadata: { httpStatusCode: 429 } }, 'transient', 'lake_throttled'],
  [{ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } }, 'transient', 'lake_result_gone'],
  [{ name: 'CredentialsProviderError' }, 'configuration', 'lake_credentials'],
  [{ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } }, 'configuration', 'lake_credentials'],
  [{ name: 'Forbidden', $metadata: { httpStatusCode: 403 } }, 'configuration', 'lake_access_denied'],
  [{ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } }, 'configuration', 'lake_request'],
  [{ name: 'InvalidRequestException', $metadata: { httpStatusCode: 400 } }, 'configuration', 'lake_request'],
  [new Error('Region is missing'), 'configuration', 'lake_request'],
  [new TypeError('a bug'), 'unexpected', 'lake_failure'],
  ['a thrown text', 'unexpected', 'lake_failure'],
])('%j is told as what it means for the caller', (error, kind, code) => {
  expect(requestError(error, scope)).toMatchObject({ kind, code, context: scope.context, cause: error });
});

test('whatever breaks after an abort is an interruption', () => {
  const aborted = { ...scope, signal: AbortSignal.abort() };
  expect(requestError({ name: 'AbortError' }, aborted)).toMatchObject({ kind: 'interrupted' });
});

test('an error that is told already stays as it is', () => {
  const error = new HubError('refused', 'scan_limit', 'too much');
  expect(requestError(error, { ...scope, signal: AbortSignal.abort() })).toBe(error);
});

test('the message of a refused credential is not repeated, and a long one is cut', () => {
  const refused = requestError(Object.assign(new Error('canonical: AKIA'), { name: 'InvalidSignatureException' }), scope);
  expect(refused.message).not.toContain('AKIA');
  expect(requestError(new Error('x'.repeat(10_000)), scope).message.length).toBeLessThan(600);
});
