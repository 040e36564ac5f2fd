import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MOST_IN_MICROS, type Column } from '../../../../src/sources/contract/contract.ts';
import { account } from '../../../../src/sources/billing/account.ts';
import { invoice } from '../../../../src/sources/billing/invoice.ts';
import { send } from '../../../../src/sources/email/send.ts';
import { subscription } from '../../../../src/sources/billing/subscription.ts';
import { entities } from '../../../../src/sources/index.ts';
import { describeFault, describeKind, isStrict, isUnknownValue, isUsualId, parserOf } from '../../../../src/raw/rows/values/kinds.ts';

const columns = [...invoice.columns, ...subscription.columns, ...account.columns];
const named = (name: string): Column => columns.find((column) => column.name === name) ?? fail(name);
const eventId = send.columns.find((column) => column.name === 'EventId') ?? fail('EventId');
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

  test.each(['\\N', '\\n', 'null', 'NULL', 'None', 'nan', 'NaN', 'N/A', '-', '0', ' 0 ', ' Null', ' ', '\t'])('takes %j for empty', (text) => {
    expect(parse('AccountId', text)).toBeNull();
    expect(parserOf(eventId)(text)).toBeNull();
  });

  test.each(['00', '--', 'nil', 'A-0', 'null1'])('takes %j for an id', (text) => {
    expect(parse('AccountId', text)).toBe(text);
  });

  test.each(['8.90E+30', '8,90E+30', '8.9e30', '1e30', '-1.5E-7', ' 8.90E+30 ', '12345E10'])('refuses the rounded key %j', (text) => {
    expect(parse('AccountId', text)).toBeUndefined();
    expect(describeFault(named('AccountId'), text)).toBe('holds a number in exponent form: a program rounded the id, which has to be exported as text');
  });

  test('of hex digits is none that was rounded', () => {
    const hex = '1234567890123456789012345678e901';
    expect(parse('AccountId', hex)).toBe(hex);
    expect(['12345e6789', '1e30'].map((text) => parserOf(eventId)(text))).toEqual(['12345e6789', '1e30']);
    expect(['8.90E+30', '8,9e30', '1e+30'].map((text) => parserOf(eventId)(text))).toEqual([undefined, undefined, undefined]);
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

describe('a decimal with a bound', () => {
  const spend = { ...named('Amount'), most: MOST_IN_MICROS };
  test.each([
    ['9007199254', '9007199254'],
    ['-9007199254.00', '-9007199254'],
    ['1.5e9', '1500000000'],
    ['9007199254.740992', undefined],
    ['120210123456789012', undefined],
    ['-1e10', undefined],
  ])('takes %s as %s', (text, expected) => {
    expect(parserOf(spend)(text)).toBe(expected);
  });

  test('says so', () => {
    expect(describeFault(spend, '1e10')).toBe('is not a decimal with at most 9 places, no further from 0 than 9007199254');
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
  test.each(['true', 'TRUE', 'True', 't', '1', '1.0', 'Yes', 'y', ' true '])('%j is true', (text) => {
    expect(parse('AutoPay', text)).toBe('1');
  });

  test.each(['false', 'FALSE', 'F', '0', '0.0', 'no', 'N'])('%j is false', (text) => {
    expect(parse('AutoPay', text)).toBe('0');
  });

  test.each(['2', 'maybe', 'None', '-1', 'ja', '1.5', '10'])('%j is neither', (text) => {
    expect(parse('AutoPay', text)).toBeUndefined();
  });

  test('a currency is a code of ISO 4217 in any case, of funds and of the last lists too', () => {
    const codes = ['EUR', 'eur', 'Jpy', ' chf ', 'VED', 'CLF', 'UYW', 'HRK', 'ZWG'];
    expect(codes.map((text) => parse('Currency', text))).toEqual(['EUR', 'EUR', 'JPY', 'CHF', 'VED', 'CLF', 'UYW', 'HRK', 'ZWG']);
    expect(['EURO', 'XX', '€', 'ABC', 'e\u0216r'].map((text) => parse('Currency', text))).toEqual(Array(5).fill(undefined));
  });

  test.each([
    ['Status', 'posted', 'Posted'],
    ['Status', 'CANCELLED', 'Canceled'],
    ['Status', 'Canceled', 'Canceled'],
    ['TermType', 'evergreen', 'EVERGREEN'],
  ])('%s takes %s as %s', (name, text, expected) => {
    expect(parse(name, text)).toBe(expected);
  });

  test.each(['Posted2', 'Po\u0301sted', '1', '?'])('Status keeps %j as it is: letters, digits and signs count', (text) => {
    expect(parse('Status', text)).toBe(text);
    expect(isUnknownValue(named('Status'), text)).toBe(true);
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

test.each(['InvoiceDate', 'PostedDate', 'Amount', 'Version', 'AutoPay', 'Currency', 'Status', 'AccountId'])('blanks alone are empty in %s', (name) => {
  for (const blanks of [' ', '          ', '\t', '\u00a0']) expect(parse(name, blanks)).toBeNull();
});

test('blanks around a value are no part of it, whatever the strict kind', () => {
  const blank = fc.stringMatching(/^[ \t]{0,3}$/);
  const strict = columns.filter(({ kind }) => isStrict(kind));
  fc.assert(
    fc.property(fc.constantFrom(...strict), fc.constantFrom('2026-02-01', '12.50', '7', 'true', '1.0', 'eur', 'x'), blank, blank, (column, value, before, after) => {
      expect(parserOf(column)(`${before}${value}${after}`)).toBe(parserOf(column)(value));
    }),
  );
});

test('a fault says what is wrong with a value', () => {
  expect(describeFault(named('Amount'), '49,90')).toBe('is not a decimal with at most 9 places');
  expect(describeFault(named('Amount'), '  ')).toBe('is required and empty');
  expect(describeFault(named('AccountId'), 'NULL')).toBe('is required and holds a word for no id');
  expect(describeFault(named('AccountId'), 'has space')).toBe('is not an id of at most 64 printable ASCII characters, none of them a quote or a comma');
});

test('parsing is idempotent: what a parser gave, it takes as it is', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('2018-12-06T12:07:17+01:00', '1e3', 'YES', 'cancelled', '  5 ', '2018-12-06', '0001.500'));
  fc.assert(
    fc.property(fc.constantFrom(...columns), text, (column, value) => {
      const parsed = parserOf(column)(value);
      if (parsed != null && parsed !== '') expect(parserOf(column)(parsed)).toBe(parsed);
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
