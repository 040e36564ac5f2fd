import { expect, test } from '@jest/globals';

import { invoice } from '../../../src/sources/billing/invoice.ts';
import { send } from '../../../src/sources/email/send.ts';
import { rawTable, storedColumns, systemColumns } from '../../../src/raw/rows/table.ts';

test('the key of a raw table is brand and id', () => {
  const { name, primaryKey, columns } = rawTable(invoice);
  expect([name, primaryKey, columns['brand'], columns['source_id']]).toEqual(['raw_invoices', ['brand', 'source_id'], 'key!', 'key!']);
});

test('a column has the type of its kind, and is never required, as a deleted row needs only its key', () => {
  expect(rawTable(invoice).columns).toMatchObject({ account_id: 'key', invoice_number: 'text', invoice_date: 'date', posted_date: 'instant', amount: 'decimal', currency: 'currency' });
});

test('the mark of deleted rows is no column, but an instant of those entities that have it', () => {
  expect(storedColumns(invoice).map(({ sql }) => sql)).not.toContain('deleted');
  expect([systemColumns(invoice).includes('deleted_at'), systemColumns(send).includes('deleted_at')]).toEqual([true, false]);
});
