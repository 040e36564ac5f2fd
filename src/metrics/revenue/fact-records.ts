import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { RevenueFactRecord } from '../records/revenue-tables.ts';
import type { BilledChain, ChainOfLine } from './billed-chains.ts';
import { feeRuleOf, paymentFees } from './payment-fee.ts';
import type { RevenueAccount } from './revenue-account.ts';
import { revenueEntries } from './revenue-entries.ts';
import type { RevenueEntry } from './revenue-entry.ts';
import type { RevenueSetup } from './revenue-setup.ts';

/** The system that all revenue of the billing platform comes from. */
const BILLING = 'billing';
const REPEATED = new Set(['recurring', 'usage']);

/**
 * The revenue of an account with what each entry belongs to: the chain of its line, with order, item and codes. An entry of
 * an invoice and no line, or of the account alone, belongs to no chain.
 *
 * @param acquiredOn when the person became a customer of the brand; undefined: never
 */
export function factRecords(personId: string, account: RevenueAccount, acquiredOn: LocalDate | undefined, chainOfLine: ChainOfLine, setup: RevenueSetup): RevenueFactRecord[] {
  const { brand, account: { account_id: accountId, market } } = account.facts;
  const entries = revenueEntries(account.counted, account.notes);
  const fees = feesOf(account, entries, setup);
  return entries.map((entry): RevenueFactRecord => {
    const line = account.lines.get(entry.lineId ?? '');
    const chain = line === undefined ? undefined : chainOfLine(brand, line);
    // One literal, as there are many: objects that are spread together take ten times as long, and more memory.
    return {
      brand,
      account_id: accountId,
      source: BILLING,
      source_id: entry.sourceId,
      part: entry.part,
      fact_date: entry.date,
      kind: entry.kind,
      person_id: personId,
      market,
      currency: entry.currency,
      invoice_id: entry.invoiceId,
      line_id: entry.lineId,
      refund_id: entry.refundId,
      order_id: chain?.orderId ?? null,
      item_id: chain?.itemId ?? null,
      chain_id: line?.chain_id ?? null,
      chain_start: chain?.start ?? null,
      sku: line?.sku ?? null,
      category: line?.category ?? null,
      is_one_off: line === undefined ? null : isOneOff(line.charge_type),
      coupon_code: chain?.coupon ?? null,
      campaign: chain?.campaign ?? null,
      customer_type: customerType(account, entry, chain, acquiredOn),
      quantity: entry.kind === 'sale' ? (line?.quantity ?? null) : null,
      amount: entry.amount,
      tax: entry.tax,
      channel: chain === undefined ? null : setup.channelOf(brand, chain.campaign),
      payment_fee: fees.get(entry) ?? null,
    };
  });
}

/** The payment fee of each sale; none where no rule says what a payment costs. */
function feesOf({ facts, counted }: RevenueAccount, entries: readonly RevenueEntry[], { feeRules }: RevenueSetup): Map<RevenueEntry, number> {
  const fees = new Map<RevenueEntry, number>();
  const sales = groupBy(entries.filter(({ kind, invoiceId }) => kind === 'sale' && invoiceId !== null), ({ invoiceId }) => invoiceId ?? '');
  for (const [invoiceId, unsorted] of sales) {
    const invoice = counted.invoices.get(invoiceId);
    const rule = invoice && feeRuleOf(feeRules, facts.brand, invoice.currency, invoice.invoiceDate);
    if (invoice === undefined || rule === undefined) continue;
    const lines = [...unsorted].sort((a, b) => compareText(a.sourceId, b.sourceId) || compareText(a.part, b.part));
    paymentFees(rule, invoice.amount, lines.map(({ amount, tax }) => amount + tax)).forEach((fee, index) => {
      const line = lines[index];
      if (line !== undefined) fees.set(line, fee);
    });
  }
  return fees;
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
