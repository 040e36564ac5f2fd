import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { RevenueFactRecord } from '../records/revenue-tables.ts';
import type { BilledChain, ChainOfLine } from './billed-chains.ts';
import type { RevenueAccount } from './revenue-account.ts';
import { revenueEntries } from './revenue-entries.ts';
import type { RevenueEntry } from './revenue-entry.ts';

/** The system that all revenue of the billing platform comes from. */
const BILLING = 'billing';
const REPEATED = new Set(['recurring', 'usage']);

/**
 * The revenue of an account with what each entry belongs to: the chain of its line, with order, item and codes. An entry of
 * an invoice and no line, or of the account alone, belongs to no chain.
 *
 * @param acquiredOn when the person became a customer of the brand; undefined: never
 */
export function factRecords(personId: string, account: RevenueAccount, acquiredOn: LocalDate | undefined, chainOfLine: ChainOfLine): RevenueFactRecord[] {
  const { brand, account: { account_id: accountId, market } } = account.facts;
  return revenueEntries(account.counted, account.notes).map((entry): RevenueFactRecord => {
    const line = account.lines.get(entry.lineId ?? '');
    const chain = line === undefined ? undefined : chainOfLine(brand, line);
    return {
      ...{ brand, account_id: accountId, source: BILLING, source_id: entry.sourceId, part: entry.part },
      ...{ fact_date: entry.date, kind: entry.kind, person_id: personId, market, currency: entry.currency },
      ...{ invoice_id: entry.invoiceId, line_id: entry.lineId, refund_id: entry.refundId, order_id: chain?.orderId ?? null, item_id: chain?.itemId ?? null },
      ...{ chain_id: line?.chain_id ?? null, chain_start: chain?.start ?? null, sku: line?.sku ?? null, category: line?.category ?? null },
      is_one_off: line === undefined ? null : isOneOff(line.charge_type),
      ...{ coupon_code: chain?.coupon ?? null, campaign: chain?.campaign ?? null, customer_type: customerType(account, entry, chain, acquiredOn) },
      ...{ quantity: entry.kind === 'sale' ? (line?.quantity ?? null) : null, amount: entry.amount, tax: entry.tax },
    };
  });
}

/** Neither recurring nor usage: what is billed once, and what has no charge. */
function isOneOff(chargeType: string | null): boolean {
  return !REPEATED.has(squash(chargeType ?? ''));
}

/** New: no invoice above 0 of the customer is dated before the chain began; without a chain, before the invoice. */
function customerType({ counted }: RevenueAccount, { invoiceId, date }: RevenueEntry, chain: BilledChain | undefined, acquiredOn: LocalDate | undefined): 'new' | 'existing' {
  const began = chain?.start ?? counted.invoices.get(invoiceId ?? '')?.invoiceDate ?? date;
  return acquiredOn !== undefined && acquiredOn < began ? 'existing' : 'new';
}
