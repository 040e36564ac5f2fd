import { creditBalance } from '../../orders/ledger/credit-balance.ts';
import { isCredited } from '../../orders/ledger/credit-note.ts';
import { openAccount, type OpenedAccount } from '../../orders/assemble/brand-ledger.ts';
import type { ProductNames } from '../../orders/attribution/product-names.ts';
import type { AttributionSettings } from '../../orders/attribution/attribute.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import { ledgerOf } from '../../orders/ledger/ledger-of.ts';
import { totalsByCurrency } from '../../orders/ledger/totals.ts';
import { attempt } from '../../engine/runs/fault.ts';
import { checkNotes, type Verdict } from './check-notes.ts';
import { checkTotals, type StoredPerson } from './check-totals.ts';
import type { InvariantTally } from './invariants.ts';
import type { StoredLedger } from './ledger.repository.ts';
import { moneyMeasures, type MoneyMeasure, type MoneyTally } from './money.ts';

/** What decides beside the facts. */
export interface LedgerSetup {
  readonly brands: ReadonlySet<string>;
  readonly products: ReadonlyMap<string, ProductNames>;
  readonly spill: AttributionSettings['spill'];
  readonly isPending: (personId: string) => boolean;
}

const MEASURES = Object.keys(moneyMeasures) as MoneyMeasure[];

/** Follows the money of persons from the facts to the stored totals, and checks every invariant on the way. */
export class LedgerCheck {
  readonly #setup: LedgerSetup;
  readonly #money: MoneyTally;
  readonly #invariants: InvariantTally;
  /** What the facts count, before the ledger works on it: comparable record by record with the export. */
  readonly counted = new Map<string, number>();

  constructor(setup: LedgerSetup, money: MoneyTally, invariants: InvariantTally) {
    this.#setup = setup;
    this.#money = money;
    this.#invariants = invariants;
  }

  /** Takes up some persons. */
  add(people: readonly PersonFacts[], stored: StoredLedger): void {
    for (const person of people) {
      // One whose facts cannot be decided is a finding, and no reason to leave the others unchecked.
      const result = attempt(() => this.#person(person, stored), person);
      this.#invariants.check('decidable', 'decided' in result, { subject: 'account', id: person.accounts[0]?.account.account_id ?? person.personId }, false);
    }
  }

  #person({ personId, accounts }: PersonFacts, { persons, notes }: StoredLedger): void {
    const { brands, products, spill, isPending } = this.#setup;
    const pending = isPending(personId);
    const accountId = accounts.find(({ brand }) => brands.has(brand))?.account.account_id;
    const verdict: Verdict = (name, holds, subject, id) => this.#invariants.check(name, holds, { subject, id, accountId }, pending);
    const opened: OpenedAccount[] = [];
    for (const facts of accounts) {
      const { brand, account } = facts;
      if (!brands.has(brand)) continue;
      const own = notes.get(`${brand}\t${account.account_id}`) ?? [];
      if (account.is_test) {
        for (const note of own) verdict('replay', false, 'refund', note.refundId);
        continue;
      }
      const ledger = ledgerOf(facts);
      checkNotes(ledger, own, { products: products.get(brand) as ProductNames, spill }, verdict);
      opened.push(openAccount(facts, ledger, own));
    }
    const all = persons.get(personId) ?? { customers: [], orders: [], items: [] };
    const inBrands = <Row extends { readonly brand: string }>(rows: readonly Row[]): Row[] => rows.filter(({ brand }) => brands.has(brand));
    const own = { customers: inBrands(all.customers), orders: inBrands(all.orders), items: inBrands(all.items) };
    checkTotals(opened, own, verdict);
    for (const account of opened) this.#addParts(account);
    this.#addStored(opened, own, pending);
  }

  /** What an account counts, and what the ledger makes of it beyond. */
  #addParts({ facts: { brand }, counted, notes }: OpenedAccount): void {
    const { credited } = creditBalance(counted);
    for (const { currency, amount } of counted.invoices.values()) {
      if (amount > 0) this.#count(brand, currency, 'invoiced', amount);
      else this.#money.change(brand, currency, 'credited', 'negative_invoice', -amount);
    }
    for (const { currency, amount } of counted.memos.values()) this.#count(brand, currency, 'credited', amount);
    for (const { currency, amount } of counted.payments.values()) this.#count(brand, currency, 'paid', amount);
    for (const { credit: { currency }, amount, countedBefore } of credited) {
      this.#money.change(brand, currency, 'credited', 'credit_balance_used', amount);
      this.#money.change(brand, currency, 'credited', 'credit_already_counted', -countedBefore);
    }
    const attributed = new Map(notes.map((note) => [note.refundId, note]));
    for (const { id, currency, amount } of counted.refunds) {
      this.#count(brand, currency, 'refunded', amount);
      const items = attributed.get(id)?.items ?? [];
      this.#money.change(brand, currency, 'refunded', 'not_attributed', items.reduce((sum, item) => sum + item.amount, -amount));
      const credit = items.filter(isCredited).reduce((sum, item) => sum + item.amount, 0);
      this.#money.change(brand, currency, 'credited', 'attributed_refunds', credit);
      attributed.delete(id);
    }
  }

  /** What the stored totals have beyond the ledger. */
  #addStored(opened: readonly OpenedAccount[], { customers }: StoredPerson, pending: boolean): void {
    const brands = new Set([...opened.map(({ facts }) => facts.brand), ...customers.map(({ brand }) => brand)]);
    for (const brand of brands) {
      const ledger = totalsByCurrency(opened.filter(({ facts }) => facts.brand === brand).flatMap(({ entries }) => entries));
      const rows = customers.filter((row) => row.brand === brand);
      const account = opened.find(({ facts }) => facts.brand === brand)?.facts.account.account_id ?? rows[0]?.id ?? brand;
      for (const currency of new Set([...ledger.keys(), ...rows.map((row) => row.currency)])) {
        for (const measure of MEASURES) {
          const stored = rows.reduce((sum, row) => sum + (row.currency === currency ? row[measure] : 0), 0);
          const beyond = stored - (ledger.get(currency)?.[measure] ?? 0);
          this.#money.record(account, { brand, currency, measure }, pending ? 'not_assembled' : 'unexplained', beyond);
        }
      }
    }
  }

  #count(brand: string, currency: string, measure: MoneyMeasure, amount: number): void {
    const key = `${brand}\t${currency}\t${measure}`;
    this.counted.set(key, (this.counted.get(key) ?? 0) + amount);
  }
}
