/** What must hold on live data (orders and refunds, "Invariants"; reliability, "No row is lost"). */
export const invariants = {
  decidable: 'the facts of everybody can be decided',
  refund_items: 'the items of a credit note add up to its refund',
  capacity: 'no invoice, no line and no payment gives back more than it can',
  invoice_fits: 'no refund on an invoice that is later, of another currency or account',
  explicit_links: 'explicit items follow a link of the platform',
  replay: 'attribution done again gives the same credit notes',
  account_totals: 'account totals follow from the ledger',
  order_totals: 'order totals follow from the ledger',
  item_totals: 'items and the rest of their order add up to it',
  conserved: 'orders and the rest of their account add up to it',
  stored_enriched: 'enriched records are stored as they were decided',
  stored_orders: 'orders, accounts, credit notes and documents are stored as they derive',
  balance: 'balance and outstanding follow from the other totals',
  import_counts: 'every imported row is accounted for',
  contact_leads: 'contacts count the leads of their persons, by outcome',
  ad_days_add_up: 'ad groups and campaigns of a day add up to what the platform says of the account',
  mrr_adds_up: 'recurring revenue is the sum of its movements, and of its segments, on each day',
  revenue_adds_up: 'revenue with its tax is what was invoiced less what was credited',
  shop_revenue_adds_up: 'revenue of shops with its tax is what orders that billing does not have sold and took back',
  active_adds_up: 'metrics count as many active subscriptions on the date as hub, by market',
} as const;

export type Invariant = keyof typeof invariants;

/** Something that an invariant is about: what `hub audit` and `hub show` call it, its id, and the billing account that --account takes. */
export interface Thing {
  readonly subject: string;
  readonly id: string;
  readonly accountId?: string | undefined;
}

/** How an invariant stands. */
export interface InvariantState {
  checked: number;
  broken: number;
  /** Broken for persons whose last changes are not assembled yet: mended by the next run. */
  pending: number;
  /** Some broken ones by their ids, such as `order 3f2a… of account 8ad0…`. */
  readonly samples: string[];
}

const MOST_SAMPLES = 20;

/** Collects what was checked. */
export class InvariantTally {
  readonly states = new Map<Invariant, InvariantState>((Object.keys(invariants) as Invariant[]).map((name) => [name, { checked: 0, broken: 0, pending: 0, samples: [] }]));

  /** @param thing by which people find what is broken; no personal data */
  check(name: Invariant, holds: boolean, thing: Thing, isPending: boolean): void {
    const state = this.states.get(name);
    if (state === undefined) return;
    state.checked++;
    if (!holds) this.fail(name, thing, isPending);
  }

  /** Things that were looked at, those that fail too. */
  compared(name: Invariant, count: number): void {
    const state = this.states.get(name);
    if (state !== undefined) state.checked += count;
  }

  /** One of them does not hold. */
  fail(name: Invariant, thing: Thing, isPending: boolean): void {
    const state = this.states.get(name);
    if (state === undefined) return;
    if (isPending) state.pending++;
    else {
      state.broken++;
      if (state.samples.length < MOST_SAMPLES) state.samples.push(nameOf(thing));
    }
  }

  get broken(): number {
    return [...this.states.values()].reduce((sum, { broken }) => sum + broken, 0);
  }
}

function nameOf({ subject, id, accountId }: Thing): string {
  return `${subject} ${id}${accountId === undefined || subject === 'account' ? '' : ` of account ${accountId}`}`;
}
