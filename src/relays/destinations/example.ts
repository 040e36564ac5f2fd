import { toIso, type Instant } from '../../core/time.ts';
import { NO_TOTALS } from '../../orders/ledger/totals.ts';
import { macroNames, type MacroName } from './macros.ts';
import type { Notice } from '../notices/notice.ts';
import { isNoticeKind, type RelayKind } from '../outbox/relay.ts';

/** What stands for a value: nobody takes it for a customer's, and who searches finds it. */
const MARK = 'hub-test';
const ID = '0'.repeat(24);
const VALUES: Partial<Record<MacroName, string>> = { payout: '0.00', currency: 'EUR' };

/**
 * The payload of an example: of the form that real ones have, marked with `test`, and about nobody. Leads and
 * conversions come from files, so theirs are those fields that macros know, and an address that is reserved.
 */
export function examplePayload(kind: RelayKind, now: Instant): string {
  if (kind === 'lead.created' || kind === 'conversion') {
    const fields = Object.fromEntries(macroNames.map((name) => [name, VALUES[name] ?? MARK]));
    return JSON.stringify({ test: true, ...(kind === 'lead.created' ? { email: `${MARK}@example.com` } : {}), ...fields });
  }
  if (kind === 'event.tracked') {
    const data = { event_id: MARK, brand: MARK, name: 'hub_test', occurred_at: toIso(now), email_sha256: null, properties: {} };
    return JSON.stringify({ type: kind, timestamp: toIso(now), test: true, data });
  }
  if (isNoticeKind(kind)) {
    const parts = [{ kind: 'text' as const, text: 'hub can reach you here. Nothing has happened.' }];
    const notice: Notice = { title: `${MARK}: an example of ${kind}`, severity: 'info', parts };
    return JSON.stringify({ type: kind, timestamp: toIso(now), test: true, data: { test: true }, notice });
  }
  const data = kind === 'order.withdrawn' ? { schema: 'order.v1', order_id: `ord_${ID}`, brand: MARK } : exampleDocument;
  return JSON.stringify({ type: kind, timestamp: toIso(now), version: 1, test: true, data });
}

/** An order document that is valid by its schema, of an order without money. */
export const exampleDocument = {
  schema: 'order.v1',
  order_id: `ord_${ID}`,
  brand: MARK,
  market: null,
  currency: 'EUR',
  ordered_at: null,
  order_reference: MARK,
  status: 'cancelled',
  customer: { person_id: `per_${ID}`, account_id: `acc_${ID}`, email_sha256: null, email_md5: null, country: null, is_new: true, brands_before: [] },
  coupon: null,
  campaign: null,
  items: [
    {
      item_id: `itm_${ID}`,
      ...{ sku: MARK, product: MARK, offer: null, funnel_step: 'unclassified', category: 'product', quantity: '1', unit_price: 0, is_current: true },
      subscription: {
        subscription_id: `sub_${ID}`,
        ...{ number: MARK, class: 'one_off', lifecycle: 'cancelled', started_on: null, ended_on: null },
        term: { type: null, auto_renew: null, start: null, end: null },
        ...{ renewals: 0, cancellation: null, replaces: null, replaced_by: null, versions: [] },
      },
      totals: NO_TOTALS,
    },
  ],
  ...{ invoices: [], payments: [], credit_notes: [], refunds: [], totals: NO_TOTALS },
};
