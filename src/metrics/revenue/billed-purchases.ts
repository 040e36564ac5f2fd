import { compareText } from '../../core/compare.ts';
import type { FactOf } from '../../orders/facts/facts.ts';
import type { CountedInvoice } from '../../orders/ledger/counted-ledger.ts';
import type { Purchase } from './acquisition.ts';
import type { ChainOfLine } from './billed-chains.ts';
import type { RevenueAccount } from './revenue-account.ts';
import type { ChannelOf } from './revenue-setup.ts';

/** The categories of what people buy, rather than what comes with it. */
const BOUGHT = new Set(['product', 'subscription', 'trial']);

/** The posted invoices above 0 of a billing account; its largest line says what was bought. */
export function billedPurchases(account: RevenueAccount, chainOfLine: ChainOfLine, channelOf: ChannelOf): Purchase[] {
  const { brand, account: { market } } = account.facts;
  return [...account.counted.invoices.values()].filter(({ amount }) => amount > 0).map((invoice) => ({
    ...{ brand, date: invoice.invoiceDate, number: invoice.invoiceNumber, id: invoice.id, currency: invoice.currency, market },
    traits: () => {
      const line = mainLineOf(account, invoice);
      const chain = line === undefined ? undefined : chainOfLine(brand, line);
      const campaign = chain?.campaign ?? null;
      return { sku: line?.sku ?? null, class: chain?.subscriptionClass ?? null, campaign, coupon: chain?.coupon ?? null, channel: channelOf(brand, campaign) };
    },
  }));
}

/** Undefined on an invoice of shipping and fees alone. */
function mainLineOf(account: RevenueAccount, invoice: CountedInvoice): FactOf<'invoice_lines'> | undefined {
  const lines = invoice.lines.flatMap(({ id }) => account.lines.get(id) ?? []).filter(({ category }) => BOUGHT.has(category));
  return lines.sort((a, b) => (b.amount ?? 0) - (a.amount ?? 0) || compareText(a.source_id, b.source_id))[0];
}
