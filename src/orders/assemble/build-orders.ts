import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { AccountFacts, FactOf, PersonFacts, ProductFact } from '../facts/facts.ts';
import { internalId } from '../ids/ids.ts';
import { orderStatus, type OrderStatus } from './order-status.ts';

/** A subscription through all its versions. */
export interface Chain {
  readonly id: string;
  readonly latest: FactOf<'subscriptions'>;
  /** Oldest first, as far as they belong to the person. */
  readonly versions: readonly FactOf<'subscriptions'>[];
}

/** One product rate plan of a chain. */
export interface Item {
  readonly itemId: string;
  readonly chain: Chain;
  /** The rate plan of the catalog; else the plan's name; empty for a chain without any plan. */
  readonly planKey: string;
  readonly planId: string | null;
  readonly planName: string | null;
  /** The charge that says what is sold; undefined if the plan is known from invoice lines only. */
  readonly charge: FactOf<'charges'> | undefined;
  readonly product: ProductFact | undefined;
  /** False for a plan that an amendment removed. */
  readonly isCurrent: boolean;
}

/** The chains of one account with one order reference. */
export interface Order {
  readonly brand: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly reference: string | null;
  readonly market: string | null;
  readonly currency: string;
  readonly orderedAt: string | null;
  readonly status: OrderStatus;
  readonly chains: readonly Chain[];
  readonly items: readonly Item[];
}

/** The products of each brand by charge of the catalog. */
export type Catalogs = ReadonlyMap<string, ReadonlyMap<string, ProductFact>>;

/** ISO 4217 for "no currency", where neither account nor charges name one. */
const NO_CURRENCY = 'XXX';
/** What an item is called after: what it sells rather than what comes with it. */
const CATEGORY_RANK = ['subscription', 'product', 'trial', 'fee', 'shipping', 'discount'];

/**
 * The orders of a person, in the order of their ids: one for the chains of one account that carry the same
 * OrderReference__c, one for each chain without one (orders and refunds, "Order"). A chain belongs to the account of its
 * latest version. Test data makes no orders.
 */
export function buildOrders(person: PersonFacts, catalogs: Catalogs): Order[] {
  const orders: Order[] = [];
  for (const [brand, accounts] of groupBy(person.accounts, (facts) => facts.brand)) {
    const versions = groupBy(accounts.flatMap((facts) => facts.subscriptions), (version) => version.chain_id);
    const charges = groupBy(accounts.flatMap((facts) => facts.charges), (charge) => charge.chain_id ?? '');
    const lines = groupBy(accounts.flatMap((facts) => facts.invoice_lines), (line) => line.chain_id ?? '');
    for (const facts of accounts) {
      if (facts.account.is_test) continue;
      const chains = facts.subscriptions.flatMap((latest) => chainOf(latest, versions));
      for (const [key, group] of groupBy(chains, ({ id, latest }) => latest.order_reference?.trim() || `chain ${id}`)) {
        const orderId = internalId('order', brand, facts.account.account_id, key);
        const sorted = group.sort((a, b) => compareText(a.id, b.id));
        const items = sorted.flatMap((chain) => itemsOf(orderId, chain, charges.get(chain.id) ?? [], lines.get(chain.id) ?? [], catalogs.get(brand)));
        orders.push(orderOf(facts, orderId, sorted, items));
      }
    }
  }
  return orders.sort((a, b) => compareText(a.brand, b.brand) || compareText(a.accountId, b.accountId) || compareText(a.orderId, b.orderId));
}

function chainOf(latest: FactOf<'subscriptions'>, versions: ReadonlyMap<string, FactOf<'subscriptions'>[]>): Chain[] {
  if (!latest.is_latest || latest.is_test) return [];
  const all = versions.get(latest.chain_id) ?? [];
  return [{ id: latest.chain_id, latest, versions: [...all].sort((a, b) => a.version - b.version || compareText(a.source_id, b.source_id)) }];
}

function orderOf({ brand, account }: AccountFacts, orderId: string, chains: readonly Chain[], items: readonly Item[]): Order {
  const starts = chains.flatMap(({ latest, versions }) => versions[0]?.contract_effective_date ?? latest.chain_start ?? latest.start_date ?? []);
  return {
    brand,
    accountId: account.account_id,
    orderId,
    reference: chains[0]?.latest.order_reference?.trim() || null,
    market: account.market,
    currency: account.currency ?? items.find(({ charge }) => charge?.currency != null)?.charge?.currency ?? NO_CURRENCY,
    orderedAt: starts.sort(compareText)[0] ?? null,
    status: orderStatus(chains.map(({ latest }) => ({ lifecycle: latest.lifecycle, subscriptionClass: latest.class }))),
    chains,
    items,
  };
}

function itemsOf(
  orderId: string,
  chain: Chain,
  charges: readonly FactOf<'charges'>[],
  lines: readonly FactOf<'invoice_lines'>[],
  catalog: ReadonlyMap<string, ProductFact> | undefined,
): Item[] {
  const place = new Map(chain.versions.map(({ source_id: id }, index) => [id, index]));
  const byPlan = groupBy(charges, chargePlan);
  for (const line of lines) {
    const key = line.product_rate_plan_id;
    if (key !== null && !byPlan.has(key)) byPlan.set(key, []);
  }
  if (byPlan.size === 0) byPlan.set('', []);
  // Of several lines of a plan the first by id says what was sold, however the rows were read.
  const billed = [...lines].sort((a, b) => compareText(a.source_id, b.source_id));
  return [...byPlan]
    .sort(([a], [b]) => compareText(a, b))
    .map(([planKey, own]): Item => {
      const charge = mainCharge(own, place);
      const line = billed.find((each) => each.product_rate_plan_id === planKey);
      const product = catalog?.get(charge?.product_charge_id ?? line?.product_charge_id ?? '');
      return {
        itemId: internalId('item', orderId, chain.id, planKey),
        chain,
        planKey,
        planId: charge?.product_rate_plan_id ?? line?.product_rate_plan_id ?? null,
        planName: charge?.plan_name ?? product?.planName ?? null,
        charge,
        product,
        isCurrent: own.some((each) => each.is_current),
      };
    });
}

function chargePlan(charge: FactOf<'charges'>): string {
  return charge.product_rate_plan_id ?? (charge.plan_name === null ? '' : `name ${charge.plan_name}`);
}

/** The charge of the newest version that sells something; of several the dearest. */
function mainCharge(charges: readonly FactOf<'charges'>[], place: ReadonlyMap<string, number>): FactOf<'charges'> | undefined {
  const versionOf = (charge: FactOf<'charges'>): number => place.get(charge.subscription_id ?? '') ?? -1;
  const rank = (charge: FactOf<'charges'>): number => CATEGORY_RANK.indexOf(charge.category);
  return [...charges].sort(
    (a, b) => versionOf(b) - versionOf(a) || rank(a) - rank(b) || (b.price ?? 0) - (a.price ?? 0) || compareText(a.source_id, b.source_id),
  )[0];
}
