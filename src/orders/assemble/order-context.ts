import { groupBy } from '../../core/group-by.ts';
import type { Order } from './build-orders.ts';
import { BrandLedger, type OpenedAccount } from './brand-ledger.ts';
import { customerAccountId } from './customer-accounts.ts';
import type { DocumentLine, OrderContext } from './document.ts';
import { itemOfLine } from './line-item.ts';
import { NO_TOTALS } from '../ledger/totals.ts';

/** Collects what concerns each order of a person, over all of the person's accounts of its brand. */
export function orderContexts(personId: string, orders: readonly Order[], accounts: readonly OpenedAccount[]): OrderContext[] {
  const firstDates = firstDatesOf(orders);
  const accountsOf = groupBy(accounts, ({ facts }) => facts.brand);
  return [...groupBy(orders, ({ brand }) => brand)].flatMap(([brand, own]) => contextsOfBrand(personId, own, new BrandLedger(accountsOf.get(brand) ?? []), firstDates));
}

function contextsOfBrand(personId: string, orders: readonly Order[], ledger: BrandLedger, firstDates: ReadonlyMap<string, string>): OrderContext[] {
  const billedBy = new Map(orders.map((order) => [order.orderId, ledger.linesOf(order)]));
  const placeOf = new Map(orders.flatMap((order) => (billedBy.get(order.orderId) ?? []).map(({ line }) => [line.source_id, { orderId: order.orderId, itemId: itemOfLine(order, line) }])));
  const totals = ledger.totalsOf((lineId) => placeOf.get(lineId));
  const lineTotals = ledger.lineTotals();
  return orders.map((order): OrderContext => {
    const account = ledger.accounts.get(order.accountId)?.facts.account;
    const lines = (billedBy.get(order.orderId) ?? []).map(
      ({ line }): DocumentLine => ({ line, itemId: placeOf.get(line.source_id)?.itemId ?? '', totals: lineTotals.get(line.source_id) ?? NO_TOTALS }),
    );
    const own = totals.get(order.currency)?.orders.get(order.orderId);
    const brandsBefore = [...firstDates].flatMap(([brand, date]) => (order.orderedAt !== null && date < order.orderedAt ? [brand] : []));
    return {
      order,
      customer: {
        personId,
        customerAccountId: customerAccountId(order.brand, order.market, personId),
        emailSha256: account?.email_sha256 ?? null,
        emailMd5: account?.email_md5 ?? null,
        country: account?.country ?? null,
        isNew: brandsBefore.length === 0,
        brandsBefore: brandsBefore.sort(),
      },
      invoices: ledger.invoicesOf(lines),
      payments: ledger.paymentsOf(new Set(lines.map(({ line }) => line.invoice_id ?? ''))),
      notes: ledger.notesOf(lines.map(({ line }) => line.source_id)),
      itemTotals: own?.items ?? new Map(),
      totals: own?.totals ?? NO_TOTALS,
    };
  });
}

/** When the person bought first, by brand. */
function firstDatesOf(orders: readonly Order[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { brand, orderedAt } of orders) {
    if (orderedAt !== null && orderedAt < (first.get(brand) ?? '9999')) first.set(brand, orderedAt);
  }
  return first;
}

