import type { Field } from '../../api/fields.ts';
import type { Stream } from '../../api/platform.ts';
import { byCreated, dayWindow, listOf, objectFields } from './list.ts';

/** Of a movement of the balance, whichever way it is asked for. */
export const movementFields: readonly Field[] = [
  ...objectFields,
  { path: 'available_on', kind: 'epoch' },
  { path: 'amount', kind: 'integer', required: true, money: 'minor', currency: 'currency' },
  { path: 'fee', kind: 'integer', money: 'minor', currency: 'currency' },
  { path: 'net', kind: 'integer', money: 'minor', currency: 'currency' },
  { path: 'currency', kind: 'text', required: true },
  { path: 'exchange_rate', kind: 'decimal' },
  { path: 'type', kind: 'text', required: true },
  { path: 'reporting_category', kind: 'text' },
  { path: 'source', kind: 'text' },
  { path: 'status', kind: 'text' },
];
export const movementIgnored = ['object', 'balance_type', 'description', 'fee_details'];

/** Immutable once they are there: an event each. */
export const balanceTransactions: Stream = {
  name: 'balance_transactions',
  summary: 'every movement of the balance, with its fee',
  disposition: 'event',
  key: ['id'],
  fields: movementFields,
  ignored: movementIgnored,
  deletions: 'none',
  extraction: { cursor: byCreated(0), window: dayWindow, fetch: (slice) => listOf('/v1/balance_transactions', slice) },
};
