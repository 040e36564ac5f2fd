import type { EachKey, Fetch, Slice, Stream } from '../../api/platform.ts';
import { EVENTS_REMEMBERED_MS, eventCursor } from './events.ts';
import { dayWindow, listOf, objectFields, objectOf } from './list.ts';

/** An object that events name. */
interface ChangingObject extends Pick<Stream, 'summary' | 'fields' | 'ignored' | 'deletions'> {
  readonly name: string;
  readonly path: string;
  /** Events whose object it is; Stripe takes twenty at once. */
  readonly events: readonly string[];
}

/** The ids that events of these types name in the slice, each once, the newest first. */
export function changedIds(types: readonly string[], slice: Slice): Pick<EachKey, 'keys' | 'keyOf'> {
  const filter = Object.fromEntries(types.map((type, index) => [`types[${index}]`, type]));
  return { keys: listOf('/v1/events', slice, filter), keyOf: (event) => event.scalarAt('data.object.id') };
}

/** The first time, and after a gap, all objects by when they were created; from then on those that events name, by their ids. */
function changingObject({ name, path, events, fields, ignored, ...rest }: ChangingObject): Stream {
  const fetch = (slice: Slice): Fetch => (slice.listing ? listOf(path, slice) : { kind: 'each', ...changedIds(events, slice), pages: (id) => objectOf(path, id) });
  return {
    ...rest,
    name,
    disposition: 'versioned',
    key: ['id'],
    fields: [...objectFields, ...fields],
    ignored: ['object', 'livemode', 'metadata', ...ignored],
    extraction: { cursor: eventCursor, window: dayWindow, remembersMs: EVENTS_REMEMBERED_MS, fetch },
  };
}

export const charges = changingObject({
  name: 'charges',
  summary: 'payments, taken or failed, with what was refunded',
  path: '/v1/charges',
  events: ['charge.captured', 'charge.expired', 'charge.failed', 'charge.pending', 'charge.refunded', 'charge.succeeded', 'charge.updated'],
  fields: [
    { path: 'amount', kind: 'integer', required: true, money: 'minor', currency: 'currency' },
    { path: 'amount_captured', kind: 'integer', money: 'minor', currency: 'currency' },
    { path: 'amount_refunded', kind: 'integer', money: 'minor', currency: 'currency' },
    { path: 'currency', kind: 'text', required: true },
    { path: 'status', kind: 'text', required: true },
    { path: 'paid', kind: 'boolean' },
    { path: 'captured', kind: 'boolean' },
    { path: 'refunded', kind: 'boolean' },
    { path: 'disputed', kind: 'boolean' },
    { path: 'failure_code', kind: 'text' },
    { path: 'customer', kind: 'text' },
    { path: 'payment_intent', kind: 'text' },
    { path: 'balance_transaction', kind: 'text' },
    { path: 'billing_details.email', kind: 'text', personal: 'email' },
    { path: 'billing_details.address.country', kind: 'text', personal: 'country' },
  ],
  ignored: [
    ...['billing_details', 'application', 'application_fee', 'application_fee_amount', 'calculated_statement_descriptor', 'description', 'failure_balance_transaction'],
    ...['failure_message', 'fraud_details', 'invoice', 'on_behalf_of', 'outcome', 'payment_method', 'payment_method_details', 'presentment_details', 'radar_options'],
    ...['receipt_email', 'receipt_number', 'receipt_url', 'refunds', 'review', 'shipping', 'source_transfer', 'statement_descriptor', 'statement_descriptor_suffix'],
    ...['transfer', 'transfer_data', 'transfer_group'],
  ],
  deletions: 'none',
});

export const refunds = changingObject({
  name: 'refunds',
  summary: 'money given back, with its state',
  path: '/v1/refunds',
  events: ['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'],
  fields: [
    { path: 'amount', kind: 'integer', required: true, money: 'minor', currency: 'currency' },
    { path: 'currency', kind: 'text', required: true },
    { path: 'charge', kind: 'text' },
    { path: 'payment_intent', kind: 'text' },
    { path: 'balance_transaction', kind: 'text' },
    { path: 'status', kind: 'text' },
    { path: 'reason', kind: 'text' },
  ],
  ignored: ['description', 'destination_details', 'failure_balance_transaction', 'failure_reason', 'instructions_email', 'next_action', 'pending_reason', 'receipt_number', 'source_transfer_reversal', 'transfer_reversal'],
  deletions: 'none',
});

export const disputes = changingObject({
  name: 'disputes',
  summary: 'payments that somebody contests',
  path: '/v1/disputes',
  events: ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'],
  fields: [
    { path: 'amount', kind: 'integer', required: true, money: 'minor', currency: 'currency' },
    { path: 'currency', kind: 'text', required: true },
    { path: 'charge', kind: 'text' },
    { path: 'payment_intent', kind: 'text' },
    { path: 'status', kind: 'text' },
    { path: 'reason', kind: 'text' },
  ],
  ignored: ['balance_transactions', 'enhanced_eligibility_types', 'evidence', 'evidence_details', 'is_charge_refundable', 'payment_method_details'],
  deletions: 'none',
});

/** Events that have a payout as their object. */
export const PAYOUT_EVENTS = ['payout.created', 'payout.updated', 'payout.paid', 'payout.failed', 'payout.canceled', 'payout.reconciliation_completed'];

export const payouts = changingObject({
  name: 'payouts',
  summary: 'money paid out to the bank',
  path: '/v1/payouts',
  events: PAYOUT_EVENTS,
  fields: [
    { path: 'amount', kind: 'integer', required: true, money: 'minor', currency: 'currency' },
    { path: 'currency', kind: 'text', required: true },
    { path: 'arrival_date', kind: 'epoch' },
    { path: 'automatic', kind: 'boolean' },
    { path: 'balance_transaction', kind: 'text' },
    { path: 'failure_code', kind: 'text' },
    { path: 'method', kind: 'text' },
    { path: 'status', kind: 'text', required: true },
    { path: 'type', kind: 'text' },
  ],
  ignored: ['application_fee', 'application_fee_amount', 'description', 'destination', 'failure_balance_transaction', 'failure_message', 'original_payout', 'payout_method', 'reconciliation_status', 'reversed_by', 'source_type', 'statement_descriptor', 'trace_id'],
  deletions: 'none',
});

export const customers = changingObject({
  name: 'customers',
  summary: 'who pays; a deleted one says so',
  path: '/v1/customers',
  events: ['customer.created', 'customer.updated', 'customer.deleted'],
  fields: [
    { path: 'email', kind: 'text', personal: 'email' },
    { path: 'address.country', kind: 'text', personal: 'country' },
    { path: 'currency', kind: 'text' },
    { path: 'delinquent', kind: 'boolean' },
    { path: 'deleted', kind: 'boolean' },
  ],
  ignored: ['address', 'balance', 'business_name', 'customer_account', 'default_source', 'description', 'discount', 'individual_name', 'invoice_credit_balance', 'invoice_prefix', 'invoice_settings', 'name', 'next_invoice_sequence', 'phone', 'preferred_locales', 'shipping', 'tax_exempt', 'test_clock'],
  deletions: 'flag',
});
