import type { EnrichSetup } from './enrich-charges.ts';
import type { Notes } from '../facts/notes.ts';
import { accountKey, type AccountVerdict, type PersonIndex } from '../facts/person-index.ts';
import type { Fact, FactEntity } from '../facts/facts.ts';

/** Counts the references of a person's rows to records that are not there (billing, "Entities"). */
export function countOrphans(setup: EnrichSetup, index: PersonIndex, own: readonly AccountVerdict[], notes: Notes): void {
  for (const { facts } of own) {
    const { brand } = facts;
    const contacts = new Set(facts.contact.map(({ source_id: id }) => id));
    const check = <Entity extends FactEntity>(
      entity: Entity,
      column: keyof Fact<Entity> & string,
      isKnown: (id: string) => boolean,
    ): void => {
      let missing = 0;
      for (const row of facts[entity] as Readonly<Record<string, string | null>>[]) {
        const id = row[column] ?? null;
        if (id !== null && !isKnown(id)) missing++;
      }
      notes.orphan(entity, column, missing);
    };
    const among = (entity: { get(brand: string, id: string): unknown }) => (id: string) => entity.get(brand, id) !== undefined;
    const isAccount = (id: string): boolean => (index.accounts.get(accountKey({ brand, accountId: id }))?.facts.account.length ?? 0) > 0;
    const isProduct = (id: string): boolean => setup.catalogs.get(brand)?.has(id) === true;
    if (facts.account.length === 0) notes.orphan('account', 'source_id');
    check('account', 'bill_to_id', (id) => contacts.has(id));
    check('account', 'sold_to_id', (id) => contacts.has(id));
    check('subscription', 'invoice_owner_id', isAccount);
    check('rate_plan', 'subscription_id', among(index.subscriptions));
    check('rate_plan_charge', 'rate_plan_id', among(index.plans));
    check('rate_plan_charge', 'product_rate_plan_charge_id', isProduct);
    check('invoice_item', 'invoice_id', among(index.invoices));
    check('invoice_item', 'subscription_id', among(index.subscriptions));
    check('invoice_item', 'rate_plan_charge_id', among(index.charges));
    check('invoice_payment', 'invoice_id', among(index.invoices));
    check('invoice_payment', 'payment_id', among(index.payments));
    check('refund', 'payment_id', among(index.payments));
    check('refund', 'credit_memo_id', among(index.creditMemos));
    check('refund_invoice_payment', 'refund_id', among(index.refunds));
    check('refund_invoice_payment', 'invoice_payment_id', among(index.applications));
    check('credit_memo', 'referred_invoice_id', among(index.invoices));
  }
}
