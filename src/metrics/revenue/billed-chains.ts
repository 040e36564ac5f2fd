import { dateOf, type Instant, type LocalDate } from '../../core/time.ts';
import { buildOrders, type Chain, type Order } from '../../orders/assemble/build-orders.ts';
import { itemOfLine } from '../../orders/assemble/line-item.ts';
import type { FactOf, PersonFacts } from '../../orders/facts/facts.ts';
import { codeOf } from '../records/code.ts';

/** What a line of an invoice tells about the chain that it bills. */
export interface BilledChain {
  readonly orderId: string;
  readonly itemId: string | null;
  /** When the chain began; null where neither it nor its account tells. */
  readonly start: LocalDate | null;
  readonly subscriptionClass: string | null;
  readonly coupon: string | null;
  readonly campaign: string | null;
}

/** Finds the chain of a line of a brand's invoices; undefined for a line of no chain, or of one that is not the person's. */
export type ChainOfLine = (brand: string, line: FactOf<'invoice_lines'>) => BilledChain | undefined;

/** No orders are made here, only found again: ids do not depend on what products are called. */
const NO_CATALOGS = new Map<string, never>();

/** The chains of a person, over all accounts: a chain belongs to the account of its latest version, with its orders. */
export function billedChains(person: PersonFacts): ChainOfLine {
  const created = new Map(person.accounts.map(({ brand, account }) => [`${brand}\t${account.account_id}`, account.created_date]));
  const orders = new Map(buildOrders(person, NO_CATALOGS).flatMap((order) => order.chains.map((chain) => [`${order.brand}\t${chain.id}`, { order, chain }])));
  return (brand, line) => {
    const found = orders.get(`${brand}\t${line.chain_id ?? ''}`);
    if (found === undefined) return undefined;
    const { order, chain } = found;
    return chainOf(order, chain, line, created.get(`${brand}\t${order.accountId}`) ?? null);
  };
}

function chainOf(order: Order, { latest }: Chain, line: FactOf<'invoice_lines'>, created: string | null): BilledChain {
  const createdOn = created === null ? null : dateOf(created as Instant);
  return {
    orderId: order.orderId,
    itemId: itemOfLine(order, line) || null,
    start: (latest.chain_start as LocalDate | null) ?? createdOn,
    subscriptionClass: latest.class,
    coupon: codeOrNull(latest.coupon_code),
    campaign: codeOrNull(latest.campaign),
  };
}

/** A code as codes are compared: trimmed and without case; null if it says nothing. */
function codeOrNull(text: string | null): string | null {
  return codeOf(text ?? '') || null;
}
