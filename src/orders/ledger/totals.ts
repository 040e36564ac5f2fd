import type { LedgerEntry, Measure } from './ledger-entries.ts';

/** The six totals in one currency (orders and refunds, "Persons and accounts"). Minor units. */
export interface Totals {
  readonly invoiced: number;
  readonly credited: number;
  readonly paid: number;
  readonly refunded: number;
  /** (paid − refunded) − (invoiced − credited): below 0 is what the customer owes. */
  readonly balance: number;
  /** What the customer owes: max(0, −balance). The only one of the six that does not add up over parts. */
  readonly outstanding: number;
}

/** An item of an order, as the caller names both. */
export interface ItemPlace {
  readonly orderId: string;
  readonly itemId: string;
}

export interface OrderTotals {
  readonly totals: Totals;
  readonly items: ReadonlyMap<string, Totals>;
  /** What belongs to the order and to none of its items. */
  readonly remainder: Totals;
}

/** Totals in one currency. Items and remainder add up to their order, orders and remainder to the account. */
export interface AccountTotals {
  readonly totals: Totals;
  readonly orders: ReadonlyMap<string, OrderTotals>;
  /** What belongs to no order: payments beyond the invoices, refunds without an invoice, lines without a subscription. */
  readonly remainder: Totals;
}

/** The six totals of entries in one currency. */
export function totalsOf(entries: Iterable<LedgerEntry>): Totals {
  const sums: Record<Measure, number> = { invoiced: 0, credited: 0, paid: 0, refunded: 0 };
  for (const { measure, amount } of entries) sums[measure] += amount;
  const balance = sums.paid - sums.refunded - (sums.invoiced - sums.credited);
  return { ...sums, balance, outstanding: Math.max(0, 0 - balance) };
}

/** The totals of what was never billed. */
export const NO_TOTALS = totalsOf([]);

/** The totals of entries, of any number of accounts, by currency. */
export function totalsByCurrency(entries: Iterable<LedgerEntry>): Map<string, Totals> {
  return new Map([...group(entries, ({ currency }) => currency)].map(([currency, own]) => [currency, totalsOf(own)]));
}

/**
 * The totals of orders and their items, by currency.
 *
 * An entry on a line that is of no item (a line without a subscription), or on an invoice and none of its lines, counts
 * at the order if all lines of that invoice which are of an item are of this one order, else at the account.
 *
 * @param placeOf the item that an invoice line is of; undefined if it is of none
 */
export function orderTotals(entries: readonly LedgerEntry[], placeOf: (invoiceLineId: string) => ItemPlace | undefined): Map<string, AccountTotals> {
  const orderOf = ordersOfInvoices(entries, placeOf);
  const place = (entry: LedgerEntry): Partial<ItemPlace> =>
    (entry.invoiceLineId === null ? undefined : placeOf(entry.invoiceLineId)) ?? { orderId: orderOf.get(entry.invoiceId ?? '') ?? undefined };
  const ofCurrency = ([currency, own]: [string, LedgerEntry[]]): [string, AccountTotals] => {
    const orders = group(own, (entry) => place(entry).orderId);
    const remainder = totalsOf(orders.get(undefined) ?? []);
    orders.delete(undefined);
    const ofOrder = ([orderId, entriesOfOrder]: [string | undefined, LedgerEntry[]]): [string, OrderTotals] => {
      const items = group(entriesOfOrder, (entry) => place(entry).itemId);
      const rest = totalsOf(items.get(undefined) ?? []);
      items.delete(undefined);
      return [orderId ?? '', { totals: totalsOf(entriesOfOrder), items: new Map([...items].map(([id, parts]) => [id ?? '', totalsOf(parts)])), remainder: rest }];
    };
    return [currency, { totals: totalsOf(own), orders: new Map([...orders].map(ofOrder)), remainder }];
  };
  return new Map([...group(entries, ({ currency }) => currency)].map(ofCurrency));
}

/** The order of each invoice; null if it is of several. */
function ordersOfInvoices(entries: readonly LedgerEntry[], placeOf: (invoiceLineId: string) => ItemPlace | undefined): Map<string, string | null> {
  const orders = new Map<string, string | null>();
  for (const { invoiceId, invoiceLineId } of entries) {
    const order = invoiceLineId === null ? undefined : placeOf(invoiceLineId)?.orderId;
    if (invoiceId === null || order === undefined) continue;
    const known = orders.get(invoiceId);
    orders.set(invoiceId, known === undefined || known === order ? order : null);
  }
  return orders;
}

function group<Key>(entries: Iterable<LedgerEntry>, keyOf: (entry: LedgerEntry) => Key): Map<Key, LedgerEntry[]> {
  const groups = new Map<Key, LedgerEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [entry]);
    else known.push(entry);
  }
  return groups;
}
