import { beforeAll, expect, test } from '@jest/globals';

import { testClock } from '../support/suite/clock.ts';
import { writeRows, type Rows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { testLake } from '../support/lakes/lake.ts';
import { fill, runStage } from '../support/stages/orders.ts';
import { VECTOR_BRAND, refundVectors, vectorRows, type RefundVector } from '../support/rows/refund-vectors.ts';

const vectors = refundVectors();

describeEachDatabase('the worked examples of refund attribution, through lake, raw, enriched and order tables', (suite) => {
  // All cases in one lake, each an account and a person of its own.
  beforeAll(async () => {
    const lake = testLake();
    const cases = vectors.map((vector, index) => rowsApart(vectorRows(apart(vector, index), `account-${index}`), index));
    const catalog = new Map(cases.flatMap((rows) => (rows['product_charge'] ?? []).map((row) => [row['Id'], row])));
    const others = cases.map((rows): Rows => ({ ...rows, product_charge: [] }));
    writeRows(lake, '20260401T050000Z', VECTOR_BRAND, { product_charge: [...catalog.values()] }, ...others);
    await fill(suite.database, lake, testClock());
    await runStage(suite.database, testClock(), 'attribute-refunds');
  }, 60_000);

  test.each(vectors.map((vector, index) => [vector.name, vector, index] as const))('%s', async (_name, vector, index) => {
    const items = await suite.database.read((knex) =>
      knex<Record<string, string | number | null>>('credit_note_items as i')
        .join('credit_notes as n', (on) => on.on('n.brand', 'i.brand').on('n.account_id', 'i.account_id').on('n.refund_id', 'i.refund_id'))
        .where('i.account_id', `account-${index}`)
        .orderBy(['n.refund_date', 'i.refund_id', 'i.item_no'])
        .select('i.refund_id', 'i.invoice_line_id', 'i.amount', 'i.method'),
    );
    const found = items.map((item) => ({ refund: item['refund_id'], line: item['invoice_line_id'], amount: item['amount'], method: item['method'] }));
    expect(found).toEqual(apart(vector, index).expect);
  });
});

/** The case with ids of its own. */
function apart(vector: RefundVector, index: number): RefundVector {
  const own = (id: string): string => `case-${index}-${id}`;
  const { invoice_payments: paid, refund_invoice_payments: links, ...others } = vector;
  return {
    ...others,
    invoices: vector.invoices.map((invoice) => ({ ...invoice, id: own(invoice.id), lines: invoice.lines.map((line) => ({ ...line, id: own(line.id) })) })),
    refunds: vector.refunds.map((refund) => ({ ...refund, id: own(refund.id), ...(refund.payment === undefined ? {} : { payment: own(refund.payment) }) })),
    ...(paid === undefined ? {} : { invoice_payments: paid.map((part) => ({ ...part, invoice: own(part.invoice), payment: own(part.payment) })) }),
    ...(links === undefined ? {} : { refund_invoice_payments: links.map((link) => ({ ...link, refund: own(link.refund), invoice: own(link.invoice) })) }),
    expect: vector.expect.map((part) => ({ ...part, refund: own(part.refund), line: part.line === null ? null : own(part.line) })),
  };
}

/** Links have no ids in the cases; those that they get are the same in each. */
function rowsApart(rows: Rows, index: number): Rows {
  const links = ['invoice_payment', 'refund_invoice_payment'];
  return { ...rows, ...Object.fromEntries(links.map((entity) => [entity, (rows[entity] ?? []).map((row) => ({ ...row, Id: `case-${index}-${String(row['Id'])}` }))])) };
}
