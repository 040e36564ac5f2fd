import { beforeEach, expect, test } from '@jest/globals';

import { testClock } from '../support/suite/clock.ts';
import { customerLake, idsOf } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { fill, runStages } from '../support/stages/orders.ts';

/** A price of 1234.5678 and a refund of 1.00 in minor units by ISO 4217; Intl gives other ones, and not the same on each Node. */
const AMOUNTS: readonly (readonly [currency: string, price: number, refunded: number])[] = [
  ['CLF', 12_345_678, 10_000],
  ['COP', 123_457, 100],
  ['EUR', 123_457, 100],
  ['HUF', 123_457, 100],
  ['IDR', 123_457, 100],
  ['IQD', 1_234_568, 1_000],
  ['JPY', 1_235, 1],
  ['KWD', 1_234_568, 1_000],
  ['PKR', 123_457, 100],
  ['RSD', 123_457, 100],
];
const customers = AMOUNTS.map(([currency], index) => ({ number: index + 1, currency, price: '1234.5678' }));

describeEachDatabase('an amount', (suite) => {
  beforeEach(() => suite.empty());

  test('comes to the minor units of ISO 4217 in every currency, from the import to the document', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake('20260301T050000Z', customers), clock);
    await runStages(suite.database, clock);
    const amounts = async (table: string, ...columns: string[]): Promise<unknown[]> => {
      const rows = await suite.database.read((knex) => knex<Record<string, unknown>>(table).orderBy('currency').select('currency', ...columns));
      return rows.map((row) => [row['currency'], ...columns.map((column) => Number(row[column]))]);
    };
    const prices = AMOUNTS.map(([currency, price]) => [currency, price]);
    expect(await amounts('enriched_invoices', 'amount')).toEqual(prices);
    expect(await amounts('enriched_invoice_lines', 'amount')).toEqual(prices);
    expect(await amounts('enriched_charges', 'price')).toEqual(prices);
    expect(await amounts('enriched_payments', 'amount')).toEqual(prices);
    expect(await amounts('enriched_refunds', 'amount')).toEqual(AMOUNTS.map(([currency, , refunded]) => [currency, refunded]));
    expect(await amounts('customer_accounts', 'invoiced', 'paid', 'refunded', 'credited')).toEqual(AMOUNTS.map(([currency, price, refunded]) => [currency, price, price, refunded, refunded]));
    expect(await amounts('orders', 'invoiced', 'paid', 'refunded')).toEqual(AMOUNTS.map(([currency, price, refunded]) => [currency, price, price, refunded]));
    expect(await amounts('order_items', 'unit_price')).toEqual(prices);
    const documents = await suite.database.read((knex) => knex<Record<string, unknown>>('order_documents').where({ version: 2 }).orderBy('account_id'));
    const docs = documents.map(({ doc }) => JSON.parse(String(doc)) as { currency: string; totals: { invoiced: number }; customer: { account_id: string } });
    expect(docs.map(({ currency, totals }) => [currency, totals.invoiced]).sort()).toEqual(prices);
    expect(docs).toHaveLength(customers.length);
    expect(new Set(documents.map(({ account_id: account }) => account))).toEqual(new Set(customers.map(({ number }) => idsOf(number).account)));
  });
});
