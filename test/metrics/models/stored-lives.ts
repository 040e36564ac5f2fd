import type { Database } from '../../../src/db/database.ts';
import { notePartitions } from '../../../src/metrics/partitions/partitions.repository.ts';
import { WHOLE } from '../../../src/metrics/partitions/partitions.ts';
import type { PurchaseHistory } from '../../../src/metrics/prediction/purchases.ts';
import type { Spell } from '../../../src/metrics/prediction/spell.ts';
import { insertMetrics, type Row } from '../../support/rows/metric-tables.ts';

/** Stores first contracts as the movements that they make, all of the same MRR. */
export async function storeSpells(database: Database, brand: string, spells: readonly Spell[], months: number | null, mrr = 2_000): Promise<void> {
  const about = { brand, currency: 'EUR', is_replacement: 0, chains: '[]' };
  const movements = spells.flatMap(({ customer, from, churned }): Row[] => [
    { ...about, person_id: customer, movement_date: from, kind: 'new', amount: mrr, mrr_before: 0, mrr_after: mrr, renewal_months: months },
    ...(churned === null ? [] : [{ ...about, person_id: customer, movement_date: churned, kind: 'churn', amount: -mrr, mrr_before: mrr, mrr_after: 0, renewal_months: null }]),
  ]);
  await insertMetrics(database, 'mrr_movements', movements);
  await insertMetrics(database, 'metric_customers', spells.map(({ customer, from }) => ({ brand, person_id: customer, first_mrr_on: from, invoices: 0 })));
}

/** Stores one-off purchases as the facts that an invoice a day makes: a line bought once, and one that recurs. */
export async function storeHistories(database: Database, brand: string, histories: readonly PurchaseHistory[], currency = 'EUR'): Promise<void> {
  const facts = histories.flatMap(({ customer, purchases }) =>
    purchases.flatMap(({ day, amount }, place): Row[] => {
      const invoice = `${customer}-${place}`;
      const about = { brand, account_id: customer, source: 'billing', part: 'sale', fact_date: day, kind: 'sale', person_id: customer, currency, invoice_id: invoice, customer_type: 'existing', tax: 0 };
      return [{ ...about, source_id: `${invoice}-once`, is_one_off: 1, amount }, { ...about, source_id: `${invoice}-again`, is_one_off: 0, amount: 5_000 }];
    }),
  );
  await insertMetrics(database, 'revenue_facts', facts);
  await insertMetrics(database, 'metric_customers', histories.map(({ customer, purchases }) => ({ brand, person_id: customer, acquired_on: purchases[0]?.day ?? null, currency, invoices: purchases.length })));
}

/** Notes that models of these brands are to be fitted. */
export function noteModels(database: Database, brands: readonly string[]): Promise<void> {
  return database.write((tx) => notePartitions({ database, tx }, brands.map((brand) => ({ kind: 'models', brand, period: WHOLE }))));
}
