import { describe, expect, test } from '@jest/globals';

import { invoice } from '../../src/raw/entities/invoice.ts';
import { invoiceItem } from '../../src/raw/entities/invoice-item.ts';
import { payment } from '../../src/raw/entities/payment.ts';
import { matchHeader } from '../../src/raw/header.ts';

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
  const row = ['A00000001', 'Yrsa', 'yrsa@mail.invalid'];
  const error = expect.objectContaining({ code: 'missing_column', message: 'The required column Id is missing in the header of the file. None of its 3 columns is known: the file may have no header.' });
  expect(() => matchHeader(invoice, row)).toThrow(error);
});
