import { groupBy } from '../../core/group-by.ts';
import { BrandLedger, type OpenedAccount } from '../../orders/assemble/brand-ledger.ts';
import { totalsOf, type Totals } from '../../orders/ledger/totals.ts';
import type { Verdict } from './check-notes.ts';

/** A row with the six totals as it is stored. */
export type StoredTotals = Totals & { readonly id: string; readonly brand: string; readonly currency: string };
export type StoredOrder = StoredTotals & { readonly accountId: string };
export type StoredItem = StoredOrder & { readonly orderId: string; readonly chainId: string };

/** What the orders stage has stored of a person. */
export interface StoredPerson {
  readonly customers: readonly StoredTotals[];
  readonly orders: readonly StoredOrder[];
  readonly items: readonly StoredItem[];
}

const SUMS = ['invoiced', 'credited', 'paid', 'refunded', 'balance'] as const;
const NOTHING = totalsOf([]);

/** Holds the stored totals of a person against the ledger: accounts, orders, items, and that the parts add up. */
export function checkTotals(accounts: readonly OpenedAccount[], stored: StoredPerson, verdict: Verdict): void {
  for (const [subject, rows] of [['customer_account', stored.customers], ['order', stored.orders], ['item', stored.items]] as const) {
    for (const row of rows) {
      const balance = row.paid - row.refunded - (row.invoiced - row.credited);
      verdict('balance', row.balance === balance && row.outstanding === Math.max(0, 0 - balance), subject, row.id);
    }
  }
  const brands = new Set([...accounts.map(({ facts }) => facts.brand), ...stored.customers.map(({ brand }) => brand), ...stored.orders.map(({ brand }) => brand)]);
  for (const brand of brands) checkBrand(brand, accounts.filter(({ facts }) => facts.brand === brand), stored, verdict);
}

function checkBrand(brand: string, accounts: readonly OpenedAccount[], stored: StoredPerson, verdict: Verdict): void {
  const orders = stored.orders.filter((row) => row.brand === brand);
  const items = stored.items.filter((row) => row.brand === brand);
  const customers = groupBy(stored.customers.filter((row) => row.brand === brand), ({ currency }) => currency);
  const orderOfChain = new Map(items.map(({ chainId, orderId }) => [chainId, orderId]));
  const orderOfLine = new Map(
    accounts.flatMap(({ facts }) => facts.invoice_lines.flatMap((line) => {
      const order = orderOfChain.get(line.chain_id ?? '');
      return order === undefined ? [] : [[line.source_id, order] as const];
    })),
  );
  const expected = new BrandLedger(accounts).totalsOf((lineId) => {
    const orderId = orderOfLine.get(lineId);
    return orderId === undefined ? undefined : { orderId, itemId: 'any' };
  });
  for (const order of orders) {
    const own = expected.get(order.currency)?.orders.get(order.id);
    verdict('order_totals', isSame(order, own?.totals ?? NOTHING), 'order', order.id);
    const parts = [...items.filter(({ orderId }) => orderId === order.id), own?.remainder ?? NOTHING];
    verdict('item_totals', isSame(order, sumOf(parts)), 'order', order.id);
  }
  for (const currency of new Set([...expected.keys(), ...customers.keys()])) {
    const whole = sumOf(customers.get(currency) ?? []);
    const ledger = expected.get(currency);
    const customer = customers.get(currency)?.[0]?.id;
    const subject = customer === undefined ? 'account' : 'customer_account';
    const id = customer ?? accounts[0]?.facts.account.account_id ?? brand;
    verdict('account_totals', isSame(whole, ledger?.totals ?? NOTHING), subject, id);
    const own = orders.filter((order) => order.currency === currency);
    const inOrders = new Set(own.map((order) => order.id));
    // What is in another currency than its order's stands at no order.
    const elsewhere = [...(ledger?.orders ?? [])].flatMap(([orderId, { totals }]) => (inOrders.has(orderId) ? [] : [totals]));
    verdict('conserved', isSame(whole, sumOf([...own, ...elsewhere, ledger?.remainder ?? NOTHING])), subject, id);
  }
}

function sumOf(parts: readonly Totals[]): Totals {
  const sum = { ...NOTHING };
  for (const part of parts) for (const name of SUMS) sum[name] += part[name];
  return sum;
}

/** All but `outstanding`, which does not add up over parts. */
function isSame(a: Totals, b: Totals): boolean {
  return SUMS.every((name) => a[name] === b[name]);
}
