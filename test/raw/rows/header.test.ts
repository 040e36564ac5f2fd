import { describe, expect, test } from '@jest/globals';

import { newDrift } from '../../../src/raw/rows/drift.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { invoiceItem } from '../../../src/sources/billing/invoice-item.ts';
import { payment } from '../../../src/sources/billing/payment.ts';
import { isHeader, matchHeader } from '../../../src/raw/rows/header.ts';
import { RowParser } from '../../../src/raw/rows/row-parser.ts';
import { batchOf } from '../../support/lakes/lake.ts';
import { BATCH, invoiceRow } from '../rows.ts';

const REQUIRED = ['Id', 'AccountId', 'InvoiceNumber', 'InvoiceDate', 'Amount'];
const matched = (header: readonly string[]) => matchHeader(invoice, header).columns.map((column) => column?.name);

describe('the column of deleted rows', () => {
  test.each(['Deleted', 'IsDeleted', '_fivetran_deleted', 'is_deleted', 'Invoice.IsDeleted', 'Invoice.Deleted', 'invoice: IsDeleted'])('may be called %s', (name) =>
    expect(matched([...REQUIRED, name]).at(-1)).toBe('Deleted'),
  );
  test.each(['deleted_flag', 'Account.IsDeleted', 'DeletedDate'])('is not %s', (name) => expect(matchHeader(invoice, [...REQUIRED, name]).unknown).toEqual([name]));
  test('stands there once', () =>
    expect(() => matchHeader(invoice, [...REQUIRED, 'Deleted', '_fivetran_deleted'])).toThrow(expect.objectContaining({ code: 'duplicate_column', context: expect.objectContaining({ column: 'Deleted' }) })));
});

describe('the name of the entity before a header', () => {
  test('is no part of it', () => expect(matched(['Invoice.Id', 'Invoice.Account.Id', 'Invoice.InvoiceNumber', 'INVOICE.invoice_date', 'Invoice:Amount'])).toEqual(REQUIRED));
  test('of another entity makes another column', () => {
    expect(matched([...REQUIRED.filter((name) => name !== 'AccountId'), 'Account.Id']).at(-1)).toBe('AccountId');
    expect(matchHeader(invoiceItem, ['Id', 'Invoice.Id', 'ChargeAmount']).columns.map((column) => column?.name)).toEqual(['Id', 'InvoiceId', 'ChargeAmount']);
  });
  test('makes an unknown column where that column stands there itself', () =>
    expect(matchHeader(payment, ['Id', 'AccountId', 'EffectiveDate', 'Amount', 'Status', 'Payment.Status']).unknown).toEqual(['Payment.Status']));
});

test('a file without a header is told as such, and nothing of it', () => {
  const key = '8f2e1c0b9a7d6e5f8f2e1c0b9a7d6e5f';
  expect(() => matchHeader(invoice, [key, 'Yrsa', 'yrsa@mail.invalid'])).toThrow(
    expect.objectContaining({ code: 'header_holds_values', message: 'A row stands in the header of the file.', context: { line: 1, position: 1 } }),
  );
  expect(() => matchHeader(invoice, ['K-1', 'Yrsa', 'yrsa@mail.invalid'])).toThrow(
    expect.objectContaining({ code: 'missing_column', message: 'The required column Id is missing in the header of the file. None of its 3 columns is known: the file may have no header.' }),
  );
});

const header = Object.keys(invoiceRow());

describe('unknown columns of one name', () => {
  test.each([
    [['Region__c', 'Region__c'], ['Region__c', 'Region__c_2']],
    [['a', 'a_2', 'a', 'a'], ['a', 'a_2', 'a_3', 'a_4']],
    [['', ''], ['', '_2']],
  ])('%j become %j', (unknown, names) => {
    expect(matchHeader(invoice, [...header, ...unknown]).unknown).toEqual(names);
  });

  test('are all kept, whatever they are called', () => {
    const columns = [...header, 'Region__c', 'Region__c', '__proto__'];
    const parser = new RowParser(invoice, matchHeader(invoice, columns), batchOf(BATCH), newDrift(), 'alpina');
    const extra = parser.parse([...Object.values(invoiceRow()), 'Nord', 'Sued', 'West'], 1)?.text.split('\t').at(-1);
    expect(extra).toBe('{"Region__c":"Nord","Region__c_2":"Sued","__proto__":"West"}');
  });
});

describe('a header that comes again', () => {
  test.each([
    ['as it was', header],
    ['in capitals', header.map((name) => name.toUpperCase())],
    ['in another order', header.toReversed()],
    ['with fewer columns', header.slice(0, 4)],
    ['with more of them', [...header, 'Region__c', 'DueDate']],
  ])('%s, is one', (_, fields) => {
    expect(isHeader(invoice, header, fields)).toBe(true);
  });

  test.each([
    ['a row', Object.values(invoiceRow())],
    ['a row with names as texts', Object.values(invoiceRow(1, { Comments: 'Id', Status: 'Status' }))],
    ['names without the key', header.slice(1)],
    ['a line of separators', header.map(() => '')],
    ['the key alone among others', ['Id', 'one', 'two', 'three']],
  ])('%s is none', (_, fields) => {
    expect(isHeader(invoice, header, fields)).toBe(false);
  });

  test('may hold names that only the header before knows', () => {
    expect(isHeader(payment, ['Id', 'x', 'y'], ['Id', 'y', 'x'])).toBe(true);
  });
});
