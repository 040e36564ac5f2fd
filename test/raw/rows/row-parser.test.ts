import { describe, expect, test } from '@jest/globals';

import { decodeRow } from '../../../src/core/text/row-text.ts';
import { describeDrift, newDrift } from '../../../src/raw/rows/drift.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { subscription } from '../../../src/sources/billing/subscription.ts';
import { storedColumns } from '../../../src/raw/rows/table.ts';
import type { ExportRow } from '../../support/lakes/lake.ts';
import { hexId } from '../../support/lakes/lake.ts';
import { BATCH, deletion, invoiceRow, parsed, parserOf } from '../rows.ts';

/** The stored values by column name, without nulls. */
function stored(row: ExportRow): Record<string, string> {
  const names = [...storedColumns(invoice).map((column) => column.sql), 'extra'];
  return Object.fromEntries(decodeRow(parsed(row).text).flatMap((value, index) => (value === null ? [] : [[names[index] ?? '?', value]])));
}

describe('a healthy row', () => {
  test('becomes canonical values in table order', () => {
    expect(stored(invoiceRow(1, { Amount: '049.900', Status: 'cancelled', UpdatedDate: '2026-02-05T09:00:00+01:00' }))).toEqual({
      source_id: hexId(1),
      account_id: hexId(1_001),
      invoice_number: 'INV00000001',
      comments: 'paid by card',
      invoice_date: '2026-02-05',
      status: 'Canceled',
      currency: 'EUR',
      amount: '49.9',
      updated_date: '2026-02-05 08:00:00.000000',
    });
  });

  test('has its place and version', () => {
    expect(parsed(invoiceRow(7), BATCH, 42)).toMatchObject({
      ...{ sourceId: hexId(7), updatedDate: '2026-02-05 08:00:00.000000', deleted: false, batch: BATCH, row: 42 },
      ...{ hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
  });

  test('has the same checksum however it is written and wherever it stands, and another one for any other content', () => {
    const one = parsed(invoiceRow(1));
    expect(parsed(invoiceRow(1, { Amount: ' 49.9 ', Currency: ' EUR' }), '20261102T000000Z', 9).hash).toBe(one.hash);
    const reversed = Object.fromEntries(Object.entries(invoiceRow(1)).reverse());
    expect(parsed(reversed).hash).toBe(one.hash);
    const changes: ExportRow[] = [{ Amount: '49.91' }, { Comments: '' }, { Deleted: 'true' }, { Comments: 'Paid by card' }, { UpdatedDate: '' }];
    for (const change of changes) {
      expect(parsed(invoiceRow(1, change)).hash).not.toBe(one.hash);
    }
  });

  test('keeps the values of unknown columns, empty ones left out', () => {
    expect(stored(invoiceRow(1, { LoyaltyTier: 'Gold', 'Old,Name': '"x"', Empty: '' })).extra).toBe('{"LoyaltyTier":"Gold","Old,Name":"\\"x\\""}');
  });

  test('takes null and the empty string as the same', () => {
    const values = Object.values(invoiceRow()).map((value) => (value === 'paid by card' ? null : value));
    expect(parserOf(invoiceRow()).parse(values, 1)?.text).toBe(parsed(invoiceRow(1, { Comments: '' })).text);
  });

  test('of a deletion needs only its key', () => {
    expect(parsed(deletion(3))).toMatchObject({ sourceId: hexId(3), deleted: true, updatedDate: null });
  });
});

describe('a row that is not healthy', () => {
  const parse = (row: ExportRow) => parserOf(row).parse(Object.values(row), 1);

  test.each([
    ['a required value is missing', { Amount: '' }],
    ['the key is missing', { Id: '' }],
    ['a date is none', { InvoiceDate: '05.02.2026' }],
    ['an amount is none', { Amount: '49,90' }],
    ['a currency is unknown', { Currency: 'EURO' }],
    ['an optional strict value is wrong', { UpdatedDate: 'yesterday' }],
    ['Deleted is neither true nor false', { Deleted: 'perhaps' }],
  ])('is not parsed: %s', (_, changes) => {
    expect(parse(invoiceRow(1, changes))).toBeUndefined();
  });

  test('is one with too many or too few fields', () => {
    const values = Object.values(invoiceRow());
    expect(parserOf(invoiceRow()).parse([...values, ''], 1)).toBeUndefined();
    expect(parserOf(invoiceRow()).parse(values.slice(0, -1), 1)).toBeUndefined();
  });

  test('is a deletion without a key, or with a value that is wrong', () => {
    expect(parse(deletion(1, { Id: '' }))).toBeUndefined();
    expect(parse(deletion(1, { Amount: 'x' }))).toBeUndefined();
  });
});

describe('drift', () => {
  test('counts unusual ids and values outside the lists, of healthy rows only', () => {
    const drift = newDrift();
    const parser = parserOf(invoiceRow(), BATCH, drift);
    const rows: ExportRow[] = [{}, { AccountId: 'A-1' }, { AccountId: 'A-1', Status: 'Reversed' }, { Status: 'Reversed' }, { Status: 'Reversed' }, { Status: 'Odd', Amount: 'x' }];
    for (const changes of rows) parser.parse(Object.values(invoiceRow(1, changes)), 1);
    expect(describeDrift(drift)).toEqual({ unusual_ids: { AccountId: 2 }, unknown_values: { Status: { Reversed: 3 } } });
  });

  test('counts words for no id, which are empty, and dates that no batch can know', () => {
    const drift = newDrift();
    const parser = parserOf(invoiceRow(1, { Seller: '' }), BATCH, drift);
    const subscriptions = parserOf({ Id: '', AccountId: '', Name: '', OriginalId: '' }, BATCH, drift, subscription);
    for (const word of ['\\N', 'NULL', 'none', 'NaN', 'n/a', '-', '0', ' null ']) {
      const row = subscriptions.parse([hexId(1), hexId(2), 'A-S1', word], 1);
      expect(decodeRow(row?.text ?? '').slice(0, 3)).toEqual([hexId(1), hexId(2), null]);
    }
    for (const UpdatedDate of ['2062-02-20 06:00:00', '2026-11-02 00:00:00', '2026-11-02 00:00:01']) parser.parse(Object.values(invoiceRow(1, { UpdatedDate, Seller: '' })), 1);
    expect(describeDrift(drift)).toMatchObject({ null_words: { OriginalId: 8 }, ahead_of_batch: 2 });
    expect(parser.parse(Object.values(invoiceRow(1, { Id: 'null', Seller: '' })), 1)).toBeUndefined();
    expect(parser.parse(Object.values(invoiceRow(1, { AccountId: '0', Seller: '' })), 1)).toBeUndefined();
  });

  test('names no value that is rare or no word: it may be a personal text that went astray', () => {
    const drift = newDrift();
    const parser = parserOf(invoiceRow(), BATCH, drift);
    const texts = ['Rare', 'anna@mail-alpina.invalid', 'anna@mail-alpina.invalid', 'anna@mail-alpina.invalid'];
    for (const Status of texts) parser.parse(Object.values(invoiceRow(1, { Status })), 1);
    expect(describeDrift(drift)).toEqual({ unknown_values: { Status: { 'other values': 4 } } });
  });

  test('lists at most twenty values of a column', () => {
    const drift = newDrift();
    const parser = parserOf(invoiceRow(), BATCH, drift);
    for (let index = 0; index < 50; index++) parser.parse(Object.values(invoiceRow(1, { Status: `Odd${index}` })), 1);
    expect(drift.unknownValues.get('Status')?.size).toBe(20);
  });
});
