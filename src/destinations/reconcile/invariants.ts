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
} as const;

export type Invariant = keyof typeof invariants;

/** What the ids of an invariant are the ids of, as `hub audit` and `hub show` call it; the others name it themselves, or are of several kinds. */
export const subjects: Partial<Record<Invariant, string>> = {
  decidable: 'account',
  refund_items: 'refund',
  invoice_fits: 'refund',
  explicit_links: 'refund',
  replay: 'refund',
  order_totals: 'order',
  item_totals: 'order',
};

/** How an invariant stands. */
export interface InvariantState {
  checked: number;
  broken: number;
  /** Broken for persons whose last changes are not assembled yet: mended by the next run. */
  pending: number;
  /** Ids of some broken ones. */
  readonly samples: string[];
}

const MOST_SAMPLES = 20;

/** Collects what was checked. */
export class InvariantTally {
  readonly states = new Map<Invariant, InvariantState>((Object.keys(invariants) as Invariant[]).map((name) => [name, { checked: 0, broken: 0, pending: 0, samples: [] }]));

  /** @param id by which people find what is broken; no personal data */
  check(name: Invariant, holds: boolean, id: string, isPending: boolean): void {
    const state = this.states.get(name);
    if (state === undefined) return;
    state.checked++;
    if (!holds) this.fail(name, id, isPending);
  }

  /** Things that were looked at, those that fail too. */
  compared(name: Invariant, count: number): void {
    const state = this.states.get(name);
    if (state !== undefined) state.checked += count;
  }

  /** One of them does not hold. */
  fail(name: Invariant, id: string, isPending: boolean): void {
    const state = this.states.get(name);
    if (state === undefined) return;
    if (isPending) state.pending++;
    else {
      state.broken++;
      if (state.samples.length < MOST_SAMPLES) state.samples.push(id);
    }
  }

  get broken(): number {
    return [...this.states.values()].reduce((sum, { broken }) => sum + broken, 0);
  }
}
