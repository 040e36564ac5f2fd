import type { Listed } from '../counts/bridge.ts';
import type { Invariant, InvariantTally } from '../ledger/invariants.ts';

/** The stages whose records are checked, in the order in which they are mended: each reads what the one before it stores. */
export const stages = ['enrich', 'attribute-refunds', 'assemble-orders'] as const;
export type Stage = (typeof stages)[number];

/** A stored record that is not as it derives. */
export interface WrongRecord {
  readonly table: string;
  /** What `hub audit` calls it. */
  readonly subject: string;
  readonly id: string;
  /** Undefined: of all brands. */
  readonly brand: string | undefined;
  /** The billing account by which it is taken up; undefined: it has none. */
  readonly accountId: string | undefined;
  readonly what: 'missing' | 'changed' | 'added';
}

/** A command that mends: of these accounts, of these brands, or of everybody. */
export interface MendingStep {
  readonly command: Stage;
  readonly brands: readonly string[] | undefined;
  readonly accounts: readonly string[] | undefined;
}

const INVARIANTS: Readonly<Record<Stage, Invariant>> = { enrich: 'stored_enriched', 'attribute-refunds': 'stored_orders', 'assemble-orders': 'stored_orders' };
const CREDIT_NOTES = new Set(['credit_notes', 'credit_note_items']);
/** More are named by their brands: a command line must stay one that people can read. */
const MOST_ACCOUNTS = 10;
const MOST_LISTED = 10_000;

/** Collects what is stored otherwise than it derives, and says what mends it. */
export class StoredTally {
  readonly listed: Listed[] = [];
  readonly #invariants: InvariantTally;
  readonly #allBrands: readonly string[];
  readonly #isListed: boolean;
  readonly #known = new Set<string>();
  readonly #broken = new Set<Stage>();
  readonly #brands = new Set<string>();
  readonly #accounts = new Set<string>();
  #withoutBrand = false;
  #withoutAccount = false;

  /** @param allBrands those of the configuration: where all are concerned, none is named */
  constructor(invariants: InvariantTally, allBrands: readonly string[], isListed: boolean) {
    this.#invariants = invariants;
    this.#allBrands = allBrands;
    this.#isListed = isListed;
  }

  /** Records that were compared, those that differ too. */
  compared(stage: Stage, count: number): void {
    this.#invariants.compared(INVARIANTS[stage], count);
  }

  /** Takes up a wrong record. @param isPending the next ordinary run may bring it up to date */
  add(stage: 'enrich' | 'orders', record: WrongRecord, isPending: boolean): void {
    const { table, subject, id, brand, accountId, what } = record;
    const key = [table, brand, accountId, id].join('\t');
    if (what === 'added' && this.#known.has(key)) return;
    if (what === 'added') this.#known.add(key);
    const own = stage === 'enrich' ? stage : CREDIT_NOTES.has(table) ? 'attribute-refunds' : 'assemble-orders';
    this.#invariants.fail(INVARIANTS[own], { subject, id, accountId }, isPending);
    if (isPending) return;
    this.#broken.add(own);
    if (brand === undefined) this.#withoutBrand = true;
    else this.#brands.add(brand);
    if (accountId === undefined) this.#withoutAccount = true;
    else this.#accounts.add(accountId);
    if (this.#isListed && this.listed.length < MOST_LISTED) {
      this.listed.push({ bridge: table, brand: brand ?? '*', market: null, id, reason: 'unexplained', change: what });
    }
  }

  /**
   * What mends everything that was found: from the first stage that is broken on, as the later ones may have read it. Credit
   * notes come before the totals that they are in.
   */
  get mend(): MendingStep[] {
    const first = stages.findIndex((stage) => this.#broken.has(stage));
    if (first < 0) return [];
    const accounts = this.#withoutAccount || this.#accounts.size > MOST_ACCOUNTS ? undefined : [...this.#accounts].sort();
    const isEverywhere = this.#withoutBrand || this.#allBrands.every((brand) => this.#brands.has(brand));
    const brands = accounts !== undefined || isEverywhere ? undefined : [...this.#brands].sort();
    return stages.slice(first).map((command) => ({ command, brands, accounts }));
  }
}

/** The step as people type it. */
export function mendingLine({ command, brands, accounts }: MendingStep): string {
  const who = accounts !== undefined ? ` --account ${accounts.join(' ')}` : brands !== undefined ? ` --brand ${brands.join(' ')}` : '';
  return `hub ${command} --recompute${who}`;
}
