import type { ErrorRule } from '../../api/errors.ts';

/** Streams whose objects are asked for by their ids: one of them may be gone by then. */
const BY_ID = ['charges', 'refunds', 'disputes', 'payouts', 'customers', 'payout_movements'];

/** Stripe-Should-Retry outranks the status (docs.stripe.com/error-low-level). */
export const errors: readonly ErrorRule[] = [
  { class: 'skip', reason: 'gone', status: [404], streams: BY_ID, when: ({ body }) => body?.scalarAt('error.code') === 'resource_missing' },
  { class: 'skip', reason: 'manual_payout', status: [400], streams: ['payout_movements'], when: ({ body }) => /automatic/i.test(body?.scalarAt('error.message') ?? '') },
  { class: 'fail_account', reason: 'wrong_key', status: [401] },
  { class: 'retry', reason: 'should_retry', when: ({ status, headers }) => status >= 400 && status !== 429 && headers['stripe-should-retry'] === 'true' },
  { class: 'fail_stream', reason: 'must_not_retry', when: ({ status, headers }) => status >= 400 && headers['stripe-should-retry'] === 'false' },
  { class: 'fail_stream', reason: 'missing_permission', status: [403] },
  { class: 'wait', reason: 'rate_limit', status: [429] },
];
