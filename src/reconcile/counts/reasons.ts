import type { MrrStep } from '../../metrics/mrr/bridge.ts';

/**
 * Why two counts of the same thing differ. Each element that only one side counts has exactly one of these reasons, so a
 * bridge from one side to the other always adds up; what fits none of them is `unexplained`.
 */
export const reasons = {
  test_data: 'test data',
  superseded_version: 'superseded versions counted as active',
  cancellation_passed: 'cancelled: the date has passed, the export still says Active',
  term_ended: 'term ended without renewal, the export still says Active',
  not_started: 'starts later',
  suspended_then: 'suspended on that day, resumed since',
  cancelled_in_future: 'cancelled for a later date: active until then',
  expired_since: 'expired since: active on that day',
  suspended_since: 'suspended since: active on that day',
  rejected_row: 'rows in quarantine',
  not_enriched: 'imported, not enriched yet',
  changed_since_enrich: 'changed in billing since the last enrichment',
  deleted_since_enrich: 'deleted in billing since the last enrichment',
  several_subscriptions: 'further subscriptions of the same person',
  no_email: 'persons without an e-mail address',
  never_mailed: 'never mailed, opened or clicked',
  unsubscribed: 'unsubscribed by link or request',
  hard_bounce: 'unsubscribed: hard bounce',
  complaint: 'unsubscribed: complaint',
  not_engaged: 'subscribed, but no open, click or first message in time',
  email_only: 'known to the e-mail tool only',
  other_brand: 'customers of another brand only',
  no_subscription: 'customers without a subscription',
  subscription_ended: 'former subscribers: cancelled or expired',
  subscription_waiting: 'subscription not active yet, or suspended',
  not_assembled: 'order not assembled yet',
  not_sent: 'document never handed to the CRM',
  not_delivered: 'document on its way',
  delivery_failed: 'delivery failed or was given up',
  update_not_delivered: 'the CRM has an older document, the new one is on its way',
  update_failed: 'the CRM has an older document, the new one failed',
  date_passed: 'changed by date since the document was made',
  unexplained: 'unexplained',
} as const;

export type Reason = keyof typeof reasons;

/** What money of one side is not on the other. */
export const moneyReasons = {
  test_data: 'test data',
  negative_invoice: 'negative invoices, which are credits',
  negative_amount: 'negative amounts of refunds, payments or credit memos: not counted, as nobody knows what they mean',
  not_countable: 'without a date, a currency or a readable amount',
  not_enriched: 'imported, not enriched yet',
  changed_since_enrich: 'changed in billing since the last enrichment',
  deleted_since_enrich: 'deleted in billing since the last enrichment',
  credit_balance_used: 'credit balance given on or used for invoices',
  credit_already_counted: 'credit used that was money already counted',
  attributed_refunds: 'credit notes made for refunds',
  not_attributed: 'refunds not attributed yet',
  not_assembled: 'not assembled yet',
  unexplained: 'unexplained',
} as const;

export type MoneyReason = keyof typeof moneyReasons;

/** Why billing's own MRR field adds up to another MRR than hub's. */
export const mrrReasons: Readonly<Record<MrrStep, string>> = {
  superseded_version: 'superseded versions with status Active',
  test_data: 'test data',
  undated: 'nobody knows when they began',
  state_on_day: 'state on the day in place of the status now',
  not_in_effect: 'charges removed, ended or not begun on the day',
  trial: 'trials, until the paid charge starts',
  free: 'gifts and complimentary subscriptions',
  price_not_field: 'price by its period in place of the MRR field',
  discounts: 'discounts that are given again and again',
  tax: 'tax in prices, and rounding',
  unexplained: 'unexplained',
};

export type AnyReason = Reason | MoneyReason | MrrStep;
