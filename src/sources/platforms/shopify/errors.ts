import type { ApiAnswer } from '../../api/answer.ts';
import type { ErrorRule } from '../../api/errors.ts';

const codeIs = (code: string) => ({ body }: ApiAnswer): boolean => body?.scalarAt('errors.0.extensions.code') === code;
const jobError = 'data.bulkOperationRunQuery.userErrors.0.code';
const failedWith = ({ body }: ApiAnswer): string | undefined => (body?.scalarAt('data.bulkOperation.status') === 'FAILED' ? (body.scalarAt('data.bulkOperation.errorCode') ?? '') : undefined);

/** Most errors come with status 200 (shopify.dev api/usage/response-codes, bulk-operations/queries). */
export const errors: readonly ErrorRule[] = [
  { class: 'wait', reason: 'throttled', when: codeIs('THROTTLED') },
  { class: 'wait', reason: 'throttled', status: [429] },
  { class: 'split', reason: 'query_too_costly', when: codeIs('MAX_COST_EXCEEDED') },
  { class: 'fail_stream', reason: 'missing_scope', when: codeIs('ACCESS_DENIED') },
  { class: 'retry', reason: 'internal_error', when: codeIs('INTERNAL_SERVER_ERROR') },
  { class: 'fail_account', reason: 'shop_unavailable', status: [402, 423] },
  { class: 'wait', reason: 'bulk_operations_full', phases: ['create'], when: ({ body }) => body?.scalarAt(jobError) === 'OPERATION_IN_PROGRESS' },
  { class: 'fail_stream', reason: 'bulk_operation_refused', phases: ['create'], when: ({ body }) => body?.at('data.bulkOperationRunQuery.userErrors.0') !== undefined },
  { class: 'fail_stream', reason: 'missing_scope', phases: ['poll'], when: (answer) => failedWith(answer) === 'ACCESS_DENIED' },
  { class: 'retry', reason: 'bulk_operation_failed', phases: ['poll'], when: (answer) => failedWith(answer) !== undefined },
];
