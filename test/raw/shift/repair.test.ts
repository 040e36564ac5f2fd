import { describe, expect, test } from '@jest/globals';
import type { Entity } from '../../../src/sources/contract/contract.ts';
import { contact } from '../../../src/sources/billing/contact.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { payment } from '../../../src/sources/billing/payment.ts';
import { subscription } from '../../../src/sources/billing/subscription.ts';
import { createProfile, observe } from '../../../src/raw/shift/profile.ts';
import { repairRow } from '../../../src/raw/shift/repair.ts';

const ID = '8ad0a1b2c3d4e5f60718293a4b5c6d7e';
const ACCOUNT = '8ad0ffffc3d4e5f60718293a4b5c6d7e';
const TAIL = { Deleted: 'false', CreatedDate: '2026-02-05 08:00:00.000000', UpdatedDate: '2026-02-06 08:00:00.000000' };
const INVOICE = {
  Id: ID,
  AccountId: ACCOUNT,
  InvoiceNumber: 'INV00000042',
  InvoiceDate: '2026-02-05',
  Status: 'Posted',
  Currency: 'EUR',
  Amount: '49.90',
  Balance: '0.00',
  ...TAIL,
};

const PAYMENT = {
  Id: ID,
  AccountId: ACCOUNT,
  PaymentNumber: 'P-00000042',
  EffectiveDate: '2026-02-05',
  Amount: '49.90',
  Currency: 'EUR',
  Type: 'Electronic',
  Status: 'Processed',
  Gateway: 'Adyen',
  ReferenceId: 'ch_1J2k3L4m5N6o7P8q',
  ...TAIL,
};
const CONTACT = { Id: ID, AccountId: ACCOUNT, FirstName: 'Max', LastName: 'Muster', City: 'Bern', PostalCode: '3000', Country: 'CH', ...TAIL };
const SUBSCRIPTION = {
  Id: ID,
  AccountId: ACCOUNT,
  Name: 'A-S00000003',
  Status: 'Active',
  Version: '2',
  IsLatestVersion: 'true',
  OriginalId: ID,
  PreviousSubscriptionId: ACCOUNT,
  TermType: 'EVERGREEN',
  AutoRenew: 'true',
  ContractEffectiveDate: '2025-01-01',
  SubscriptionStartDate: '2025-01-02',
  TermStartDate: '2026-01-01',
  ...TAIL,
};

describe('a delimiter in a value', () => {
  test('is restored in the text that the strict columns around it point to', () => {
    const fields = rowOf(payment, { ...PAYMENT, Gateway: 'Adyen,EU' }).flatMap((value) => value.split(','));
    expect(repair(payment, fields)).toMatchObject({
      kind: 'repaired',
      edits: [{ operation: 'merge', column: at(payment, 'Gateway'), fields: 2 }],
    });
  });

  test('belongs to the value before it if a space follows', () => {
    const healthy = rowOf(contact, { ...CONTACT, Address1: 'Musterstrasse 5, Hinterhaus' });
    expect(repair(contact, healthy.flatMap((value) => value.split(',')))).toMatchObject({ fields: nulled(healthy) });
  });

  test('is ambiguous between two free texts that touch', () => {
    const fields = rowOf(payment, { ...PAYMENT, GatewayResponse: 'ok', Comment: 'call,later' }).flatMap((value) => value.split(','));
    expect(repair(payment, fields)).toMatchObject({ kind: 'quarantine', code: 'ambiguous_shift' });
  });

  test('of an amount is no repair, though a remark could hold what it pushes on', () => {
    const fields = rowOf(invoice, { ...INVOICE, Amount: '12,50' }).flatMap((value) => value.split(','));
    expect(repair(invoice, fields)).toMatchObject({ kind: 'quarantine', code: 'unrepairable', column: 'Amount', value: '12,50' });
  });

  test('of an amount is named where a decimal comma stands, not where its second half would begin', () => {
    const fields = rowOf(invoice, { ...INVOICE, Amount: '49,90', AmountWithoutTax: '98.00', TaxAmount: '2.00' }).flatMap((value) => value.split(','));
    expect(repair(invoice, fields)).toMatchObject({
      kind: 'quarantine', code: 'unrepairable', column: 'Amount', value: '49,90',
      reason: 'The row has 22 fields instead of 21 and cannot be mended: Amount is not a decimal with at most 9 places.',
    });
  });

  test('of an amount names no column where two could hold it', () => {
    const fields = rowOf(invoice, { ...INVOICE, Amount: '49,90', AmountWithoutTax: '98', TaxAmount: '2' }).flatMap((value) => value.split(','));
    const outcome = repair(invoice, fields);
    expect(outcome).toMatchObject({ kind: 'quarantine', code: 'unrepairable' });
    expect(outcome).not.toHaveProperty('column');
  });

  test('may be another one than the comma', () => {
    const fields = rowOf(invoice, { ...INVOICE, Comments: 'a; b' }).flatMap((value) => value.split(';'));
    expect(repairRow({ columns: invoice.columns, fields, delimiter: ';' })).toMatchObject({
      fields: nulled(rowOf(invoice, { ...INVOICE, Comments: 'a; b' })),
    });
  });
});

describe('a row of the width of its table', () => {
  test('loses its last value, never the mark that it is deleted', () => {
    const one = rowOf(invoice, { ...INVOICE, Comments: 'a, b' }).flatMap((value) => value.split(',')).slice(0, -1);
    const edits = [
      { operation: 'merge', column: at(invoice, 'Comments'), fields: 2 },
      { operation: 'lose', column: at(invoice, 'UpdatedDate') },
    ];
    expect(repair(invoice, one)).toMatchObject({ kind: 'repaired', edits });
    const three = rowOf(invoice, { ...INVOICE, Comments: 'a, b, c, d', Deleted: 'true' }).flatMap((value) => value.split(',')).slice(0, -3);
    expect(repair(invoice, three)).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: 'Deleted' });
  });

  test('is a bad value rather than a shift if only one value is wrong', () => {
    for (const [name, bad] of [['Amount', 'abc'], ['InvoiceDate', '2026-02-31'], ['Currency', 'euros'], ['Deleted', 'maybe']] as const) {
      const outcome = repair(invoice, rowOf(invoice, { ...INVOICE, [name]: bad }));
      expect(outcome).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: name, value: bad });
      expect(outcome).toHaveProperty('reason', expect.not.stringContaining(bad));
    }
  });

  test('names the required value that it lacks', () => {
    const outcome = repair(invoice, rowOf(invoice, { ...INVOICE, InvoiceNumber: '' }));
    expect(outcome).toMatchObject({ kind: 'quarantine', code: 'missing_value', column: 'InvoiceNumber' });
    expect(outcome).not.toHaveProperty('value');
  });
});

describe('a deleted row', () => {
  test('needs only its key', () => {
    expect(repair(invoice, rowOf(invoice, { Id: ID, Deleted: 'true' }))).toEqual({ kind: 'fine' });
  });

  test('gets back an empty field that was dropped, and stays deleted', () => {
    const healthy = rowOf(invoice, { Id: ID, ...TAIL, Deleted: 'TRUE' });
    expect(repair(invoice, healthy.toSpliced(3, 1))).toMatchObject({ kind: 'repaired', fields: nulled(healthy) });
  });

  test('is not made from a row without the mark', () => {
    expect(repair(invoice, rowOf(invoice, { Id: ID }).slice(1))).toMatchObject({ kind: 'quarantine' });
  });
});

describe('a stray quote', () => {
  const healthy = rowOf(invoice, { ...INVOICE, Comments: 'paid by card' });

  test('gives back the value that it swallowed', () => {
    const fields = [...healthy.slice(0, -4), 'paid by card,false', ...healthy.slice(-2)];
    const edits = [{ operation: 'cut', column: at(invoice, 'Deleted') }];
    expect(repair(invoice, fields)).toEqual({ kind: 'repaired', fields: nulled(healthy), edits });
    expect(repair(invoice, [...fields, null])).toMatchObject({ kind: 'repaired', fields: nulled(healthy) });
  });

  test('that opens and never closes goes, one behind a number stays', () => {
    const quoted = healthy.with(2, 'INV,42');
    const raw = quoted.map((value) => (value === 'INV,42' ? '"INV,42"' : value === 'paid by card' ? '"7" vinyl and "box' : value)).join(',');
    expect(repairRow({ columns: invoice.columns, fields: raw.split(','), raw })).toMatchObject({
      fields: nulled(quoted.with(-4, '7" vinyl and "box')),
    });
  });
});

describe('what healthy rows of the part show', () => {
  test('decides which of several neighbours was empty', () => {
    const healthy = rowOf(subscription, SUBSCRIPTION);
    const fields = healthy.toSpliced(at(subscription, 'SubscriptionEndDate'), 1);
    expect(repair(subscription, fields)).toMatchObject({ kind: 'quarantine', code: 'ambiguous_shift' });
    const profile = createProfile(subscription.columns.length);
    for (let row = 0; row < 500; row++) observe(profile, healthy);
    expect(repairRow({ columns: subscription.columns, fields, profile })).toMatchObject({ fields: nulled(healthy) });
  });
});

describe('a row that no reading mends', () => {
  test('is refused at once if it has absurdly many fields', () => {
    expect(repair(invoice, Array.from({ length: 100_000 }, () => 'x'))).toEqual({
      kind: 'quarantine',
      code: 'unrepairable',
      reason: 'The row has 100000 fields instead of 21 and cannot be mended.',
    });
  });

  test('is refused in bounded time though one text holds thousands of delimiters', () => {
    const fields = rowOf(invoice, { ...INVOICE, Comments: 'a,'.repeat(20_000), Deleted: '', CreatedDate: '', UpdatedDate: 'x' });
    expect(repair(invoice, fields)).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: 'UpdatedDate' });
  });

  test('is half a line, as long as nobody finds the other half', () => {
    expect(repair(invoice, rowOf(invoice, INVOICE).slice(0, 9))).toMatchObject({ kind: 'quarantine', code: 'unrepairable' });
  });
});

test('a column that the contract does not know takes any text', () => {
  const columns = [...invoice.columns.slice(0, 3), undefined, ...invoice.columns.slice(3)];
  const healthy = rowOf(invoice, INVOICE).toSpliced(3, 0, 'from, the shop');
  expect(repairRow({ columns, fields: healthy })).toEqual({ kind: 'fine' });
  expect(repairRow({ columns, fields: healthy.flatMap((value) => value.split(',')) })).toMatchObject({ fields: nulled(healthy) });
});

function repair(entity: Entity, fields: readonly (string | null)[]): ReturnType<typeof repairRow> {
  return repairRow({ columns: entity.columns, fields });
}

function rowOf(entity: Entity, values: Record<string, string>): string[] {
  return entity.columns.map((column) => values[column.name] ?? '');
}

function nulled(row: readonly string[]): (string | null)[] {
  return row.map((value) => (value === '' ? null : value));
}

function at(entity: Entity, name: string): number {
  return entity.columns.findIndex((column) => column.name === name);
}
