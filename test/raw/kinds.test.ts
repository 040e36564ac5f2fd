import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Column } from '../../src/raw/contract.ts';
import { account } from '../../src/raw/entities/account.ts';
import { invoice } from '../../src/raw/entities/invoice.ts';
import { subscription } from '../../src/raw/entities/subscription.ts';
import { entities } from '../../src/raw/entities/index.ts';
import { describeKind, isStrict, isUnknownValue, isUsualId, parserOf } from '../../src/raw/kinds.ts';

const columns = [...invoice.columns, ...subscription.columns, ...account.columns];
const named = (name: string): Column => columns.find((column) => column.name === name) ?? fail(name);
const parse = (name: string, text: string) => parserOf(named(name))(text);

describe('text', () => {
  test.each(['None', 'Nan', 'NA', 'NULL', '1E5', '007', 'true', ' padded ', 'a,b "c"\nd', '😀'])('%j stays as it is', (text) => {
    expect(parse('Comments', text)).toBe(text);
  });

  test('may have 65,535 bytes of UTF-8 and not one more', () => {
    expect(parse('Comments', 'x'.repeat(65_535))).toHaveLength(65_535);
    expect(parse('Comments', 'x'.repeat(65_536))).toBeUndefined();
    expect(parse('Comments', 'é'.repeat(32_768))).toBeUndefined();
  });
});

describe('id', () => {
  test.each(['8ad0a1b2c3d4e5f60718293a4b5c6d7e', '8ad0a1b2c3d4e5f60718293a4b5c6d7e_A-S00000003', 'A-1', 'x'.repeat(64)])('accepts %s', (text) => {
    expect(parse('AccountId', text)).toBe(text);
  });

  test.each(['has space', 'é', 'x'.repeat(65), 'tab\there'])('refuses %j', (text) => {
    expect(parse('AccountId', text)).toBeUndefined();
  });

  test('is trimmed; the usual shape is 32 lower-case hex digits', () => {
    expect(parse('AccountId', ' 8ad0a1b2c3d4e5f60718293a4b5c6d7e ')).toBe('8ad0a1b2c3d4e5f60718293a4b5c6d7e');
    expect(isUsualId('8ad0a1b2c3d4e5f60718293a4b5c6d7e')).toBe(true);
    expect(isUsualId('8AD0A1B2C3D4E5F60718293A4B5C6D7E')).toBe(false);
    expect(isUsualId('8ad0a1b2c3d4e5f60718293a4b5c6d7')).toBe(false);
  });
});

describe('date and instant', () => {
  test.each([
    ['InvoiceDate', '2018-12-06', '2018-12-06'],
    ['InvoiceDate', '2018-12-06 12:07:17.000000', '2018-12-06'],
    ['InvoiceDate', '2024-02-29', '2024-02-29'],
    ['InvoiceDate', ' 2018-12-06 ', '2018-12-06'],
    ['PostedDate', '2018-12-06', '2018-12-06 00:00:00.000000'],
    ['PostedDate', '2018-12-06 12:07:17.000000', '2018-12-06 12:07:17.000000'],
    ['PostedDate', '2018-12-06T12:07:17+01:00', '2018-12-06 11:07:17.000000'],
    ['PostedDate', '2018-12-06T12:07:17Z', '2018-12-06 12:07:17.000000'],
  ])('%s takes %s as %s', (name, text, expected) => {
    expect(parse(name, text)).toBe(expected);
  });

  test.each([
    ...['2023-02-29', '2018-13-01', '0018-12-06', 'None', '49.90', '06/12/2018', '2018-02-30 00:00:00.000000', '0018-12-06 12:07:17.000000'],
  ])('neither takes %s', (text) => {
    expect(parse('InvoiceDate', text)).toBeUndefined();
    expect(parse('PostedDate', text)).toBeUndefined();
  });
});

describe('decimal and integer', () => {
  test.each([
    ['Amount', '49.90', '49.9'],
    ['Amount', '-0.000000001', '-0.000000001'],
    ['Amount', '1E5', '100000'],
    ['Version', '7', '7'],
    ['Version', '+7', '7'],
    ['Version', '7.0', '7'],
    ['Version', '-0', '0'],
    ['Version', '007', '7'],
  ])('%s takes %s as %s', (name, text, expected) => {
    expect(parse(name, text)).toBe(expected);
  });

  test.each([
    ['Amount', '49,90'],
    ['Amount', 'EUR 5'],
    ['Amount', '0.0000000001'],
    ['Version', '7.5'],
    ['Version', '1e2'],
    ['Version', '1234567890123456'],
    ['Version', 'None'],
  ])('%s does not take %s', (name, text) => {
    expect(parse(name, text)).toBeUndefined();
  });
});

describe('boolean, currency and enum', () => {
  test.each(['true', 'TRUE', 'True', 't', '1', 'Yes', 'y', ' true '])('%j is true', (text) => {
    expect(parse('AutoPay', text)).toBe('1');
  });

  test.each(['false', 'FALSE', 'F', '0', 'no', 'N'])('%j is false', (text) => {
    expect(parse('AutoPay', text)).toBe('0');
  });

  test.each(['2', 'maybe', 'None', '-1', 'ja'])('%j is neither', (text) => {
    expect(parse('AutoPay', text)).toBeUndefined();
  });

  test('a currency is a code of ISO 4217 in capitals', () => {
    expect(['EUR', 'JPY', 'CHF', ' USD '].map((text) => parse('Currency', text))).toEqual(['EUR', 'JPY', 'CHF', 'USD']);
    expect(['eur', 'EURO', 'XX', '€', 'ABC'].map((text) => parse('Currency', text))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test.each([
    ['Status', 'posted', 'Posted'],
    ['Status', 'CANCELLED', 'Canceled'],
    ['Status', 'Canceled', 'Canceled'],
    ['TermType', 'evergreen', 'EVERGREEN'],
  ])('%s takes %s as %s', (name, text, expected) => {
    expect(parse(name, text)).toBe(expected);
  });

  test.each([
    ['Canceled', 'Cancelled'],
    ['Pending Activation', 'PendingActivation'],
    ['pending_acceptance', 'PendingAcceptance'],
    ['Ended', 'Ended'],
  ])('the status of a subscription takes %s as %s', (text, expected) => {
    const status = subscription.columns.find((column) => column.name === 'Status') ?? fail('Status');
    expect(parserOf(status)(text)).toBe(expected);
    expect(isUnknownValue(status, expected)).toBe(expected === 'Ended');
  });
});

test('parsing is idempotent: what a parser gave, it takes as it is', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('2018-12-06T12:07:17+01:00', '1e3', 'YES', 'cancelled', '  5 ', '2018-12-06', '0001.500'));
  fc.assert(
    fc.property(fc.constantFrom(...columns), text, (column, value) => {
      const parsed = parserOf(column)(value);
      if (parsed !== undefined && parsed !== '') expect(parserOf(column)(parsed)).toBe(parsed);
    }),
    { numRuns: 2_000 },
  );
});

test('every column has a sentence that says what it holds, and the soft kinds reject (almost) nothing', () => {
  for (const column of entities.flatMap((entity) => entity.columns)) {
    expect(describeKind(column)).not.toBe('');
    expect(isStrict(column.kind)).toBe(!['id', 'text', 'enum'].includes(column.kind));
  }
});

function fail(name: string): never {
  throw new Error(`There is no column ${name}.`);
}
