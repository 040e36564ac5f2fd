import { compareText } from '../../core/compare.ts';
import type { TestVerdict } from '../classify/test-data.ts';
import type { AccountFacts, Fact, FactEntity } from './facts.ts';
import type { Person } from './person.ts';

/** Who an account belongs to and whether it is test data: what the rest of the enrichment asks of it. */
export interface AccountVerdict {
  readonly facts: AccountFacts;
  readonly person: Person;
  readonly test: TestVerdict;
  readonly currency: string | null;
}

/** A raw row with the account that it belongs to. */
export interface Held<Entity extends FactEntity> {
  readonly fact: Fact<Entity>;
  readonly id: string;
  readonly owner: AccountVerdict;
}

/** The rows of one entity of a person and the neighbours, in order of their ids, and by brand and id. */
class FactIndex<Entity extends FactEntity> {
  readonly all: readonly Held<Entity>[];
  /** By brand and id; made when first asked for, as few entities are. */
  #byBrand: Map<string, Map<string, Held<Entity>>> | undefined;

  constructor(entity: Entity, accounts: readonly AccountVerdict[]) {
    this.all = accounts.flatMap((owner) => {
      const rows = owner.facts[entity] as Fact<Entity>[];
      return rows.map((fact) => ({ fact, id: (fact as { source_id: string | null }).source_id ?? '', owner })).sort((a, b) => compareText(a.id, b.id));
    });
  }

  get(brand: string, id: string | null): Held<Entity> | undefined {
    if (id === null) return undefined;
    this.#byBrand ??= this.#open();
    return this.#byBrand.get(brand)?.get(id);
  }

  #open(): Map<string, Map<string, Held<Entity>>> {
    const byBrand = new Map<string, Map<string, Held<Entity>>>();
    for (const held of this.all) {
      const { brand } = held.owner.facts;
      const byId = byBrand.get(brand);
      if (byId === undefined) byBrand.set(brand, new Map([[held.id, held]]));
      else byId.set(held.id, held);
    }
    return byBrand;
  }
}

/** Everything that is known of a person and the neighbours. */
export interface PersonIndex {
  readonly accounts: ReadonlyMap<string, AccountVerdict>;
  readonly subscriptions: FactIndex<'subscription'>;
  readonly amendments: FactIndex<'amendment'>;
  readonly plans: FactIndex<'rate_plan'>;
  readonly charges: FactIndex<'rate_plan_charge'>;
  readonly invoices: FactIndex<'invoice'>;
  readonly lines: FactIndex<'invoice_item'>;
  readonly payments: FactIndex<'payment'>;
  readonly applications: FactIndex<'invoice_payment'>;
  readonly refunds: FactIndex<'refund'>;
  readonly creditMemos: FactIndex<'credit_memo'>;
}

export function indexOf(verdicts: readonly AccountVerdict[]): PersonIndex {
  return {
    accounts: new Map(verdicts.map((verdict) => [accountKey(verdict.facts), verdict])),
    subscriptions: new FactIndex('subscription', verdicts),
    amendments: new FactIndex('amendment', verdicts),
    plans: new FactIndex('rate_plan', verdicts),
    charges: new FactIndex('rate_plan_charge', verdicts),
    invoices: new FactIndex('invoice', verdicts),
    lines: new FactIndex('invoice_item', verdicts),
    payments: new FactIndex('payment', verdicts),
    applications: new FactIndex('invoice_payment', verdicts),
    refunds: new FactIndex('refund', verdicts),
    creditMemos: new FactIndex('credit_memo', verdicts),
  };
}

export function accountKey({ brand, accountId }: Pick<AccountFacts, 'brand' | 'accountId'>): string {
  return `${brand}\n${accountId}`;
}
