import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isAscii } from 'node:buffer';
import { fieldsOf } from '../../../src/lake/text/csv-fields.ts';
import type { Column, Entity, Kind } from '../../../src/sources/contract/contract.ts';
import { newDrift } from '../../../src/raw/rows/drift.ts';
import { billingEntities } from '../../../src/sources/index.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { matchHeader } from '../../../src/raw/rows/header.ts';
import { RowParser, type RawRow } from '../../../src/raw/rows/row-parser.ts';
import { RowScanner } from '../../../src/raw/rows/row-scanner.ts';
import { batchOf, type ExportRow } from '../../support/lakes/lake.ts';
import { BATCH, deletion, invoiceRow, parsed } from '../rows.ts';
import { written } from '../shift/faults.ts';
import { rowsOf } from '../shift/rows.ts';

const batch = batchOf(BATCH);

/** A line as the scanner gives it; undefined if it is for the parser. */
function scanned(entity: Entity, header: readonly string[], line: string): RawRow | undefined {
  const scanner = new RowScanner(entity, matchHeader(entity, header), batch);
  // It does not stand alone in the bytes.
  const bytes = Buffer.from(`before,"\n${line}\nafter,"`);
  const start = bytes.indexOf('\n') + 1;
  return scanner.scan(bytes, start, bytes.lastIndexOf('\n'), isAscii(bytes), 7) ? scanner.toRow() : undefined;
}

function parsedLine(entity: Entity, header: readonly string[], line: string): RawRow | undefined {
  return new RowParser(entity, matchHeader(entity, header), batch, newDrift(), 'alpina').parse(fieldsOf(line), 7);
}

function scannedInvoice(row: ExportRow): RawRow | undefined {
  return scanned(invoice, Object.keys(row), Object.values(row).map((value) => written(value)).join(','));
}

describe('the usual row', () => {
  test('is taken, as the parser takes it', () => {
    expect(scannedInvoice(invoiceRow())).toEqual(parsed(invoiceRow(), BATCH, 7));
  });

  test('may lack columns, have them in another order, and have empty ones that the contract does not know', () => {
    const reversed = Object.fromEntries(Object.entries(invoiceRow(1, { LoyaltyTier: '' })).reverse());
    expect(scannedInvoice(reversed)).toMatchObject({ text: parsed(invoiceRow()).text, hash: parsed(invoiceRow()).hash });
  });

  test.each([
    ['a quoted value', { Comments: 'Wien, Graz' }],
    ['letters beyond ASCII', { Comments: 'Müller 😀' }],
    ['a tab and a backslash', { Comments: 'C:\\new\ttext' }],
    ['an instant with an offset', { UpdatedDate: '2026-02-05T09:00:00+01:00' }],
    ['an instant that is on another day in UTC', { UpdatedDate: '2026-03-01T00:30:00+01:00' }],
    ['an instant of a zone with half an hour', { UpdatedDate: '2026-02-05T09:00:00-09:30' }],
    ['an instant of seconds', { UpdatedDate: '2026-02-05T09:00:00Z' }],
    ['29 February', { InvoiceDate: '2024-02-29' }],
    ['a decimal with an exponent', { Amount: '1e18' }],
    ['a decimal with a sign and zeros', { Amount: '-0.00' }],
    ['spaces around values', { Amount: ' 49.90 ', Currency: ' EUR' }],
    ['another spelling of a listed value', { Status: 'CANCELLED' }],
    ['a currency in small letters', { Currency: 'eur' }],
    ['blanks in an optional date', { PostedDate: '          ' }],
    ['an UpdatedDate a day after its batch', { UpdatedDate: '2026-11-02 00:00:00.000000' }],
    ['no UpdatedDate', { UpdatedDate: '' }],
    ['a float for false', { Deleted: '0.0' }],
  ])('may hold %s', (_, changes) => {
    expect(scannedInvoice(invoiceRow(1, changes))).toEqual(parsed(invoiceRow(1, changes), BATCH, 7));
  });
});

describe('another row is for the parser', () => {
  test.each([
    ['deleted', deletion()],
    ['with a quote inside a value', invoiceRow(1, { Comments: '5" nail' })],
    ['with an id of another shape', invoiceRow(1, { AccountId: 'A-1' })],
    ['with blanks in a required value', invoiceRow(1, { Amount: '  ' })],
    ['with a date that its batch cannot know', invoiceRow(1, { UpdatedDate: '2026-11-02 00:00:00.000001' })],
    ['with a rounded key', invoiceRow(1, { Id: '8.90E+30' })],
    ['with a value that is not listed', invoiceRow(1, { Status: 'Parked' })],
    ['with a value in a column that the contract does not know', invoiceRow(1, { LoyaltyTier: 'gold' })],
    ['without a required value', invoiceRow(1, { AccountId: '' })],
    ['without a key', invoiceRow(1, { Id: '' })],
    ['with a day that no calendar has', invoiceRow(1, { InvoiceDate: '2026-02-30' })],
  ])('a row %s', (_, row) => {
    expect(scannedInvoice(row)).toBeUndefined();
  });

  test.each([
    ['one field too few', (line: string) => line.slice(0, line.lastIndexOf(','))],
    ['one too many', (line: string) => `${line},`],
    ['an open quote', (line: string) => line.replace(/,([^,]*)$/, ',"$1')],
    ['text behind a quote', (line: string) => line.replace(/,([^,]*)$/, ',"$1" ')],
    ['a doubled quote', (line: string) => line.replace('paid by card', '"paid ""by"" card"')],
    ['nothing', () => ''],
  ])('%s', (_, change) => {
    expect(scanned(invoice, Object.keys(invoiceRow()), change(Object.values(invoiceRow()).join(',')))).toBeUndefined();
  });
});

const digits = fc.array(fc.constantFrom(...'0123456789'.split('')), { minLength: 1, maxLength: 20 }).map((all) => all.join(''));
const two = fc.nat(99).map((number) => String(number).padStart(2, '0'));
const day = fc.tuple(fc.constantFrom('2026', '2024', '1999', '0999', '9999'), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, date]) => `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`);
const time = fc.tuple(fc.oneof(fc.constantFrom('00', '09', '23'), two), two, fc.oneof(fc.constantFrom('00', '59'), two)).map((parts) => parts.join(':'));
const id = fc.array(fc.constantFrom(...'0123456789abcdef'.split('')), { minLength: 32, maxLength: 32 }).map((all) => all.join(''));
const sign = fc.constantFrom('', '', '', '-', '+', '0', '00');

/** Values of each kind, right ones in their usual and unusual spellings, and wrong ones. */
const values: Record<Kind, fc.Arbitrary<string>> = {
  id: fc.oneof({ weight: 8, arbitrary: id }, { weight: 1, arbitrary: fc.oneof(id.map((text) => ` ${text}`), id.map((text) => text.toUpperCase()), fc.constant('A\\1'), fc.constantFrom('\\N', 'null', '0', '8.90E+30', ' ')) }),
  text: fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '\\', '\t', '\r', '"', ',', 'N', '\ufeff'), maxLength: 8 }),
  date: fc.oneof(day, fc.tuple(day, time).map((parts) => parts.join(' '))),
  instant: fc
    .tuple(day, fc.constantFrom(' ', 'T', 't'), time, fc.constantFrom('', '.000000', '.5', '.123456', '.1234567', ',000000'), fc.constantFrom('', '', '', 'Z', '+01:00', '-11:00', '+09:30', '-0930', '+15:00', ' UTC'))
    .map((parts) => parts.join('')),
  decimal: fc.tuple(sign, digits, fc.oneof(fc.constant(''), digits.map((all) => `.${all}`), fc.constantFrom('.', '.0', '.00', '.50')), fc.constantFrom('', '', '', 'e2', 'E-1')).map((parts) => parts.join('')),
  integer: fc.tuple(sign, digits, fc.constantFrom('', '', '.0', '.5')).map((parts) => parts.join('')),
  boolean: fc.constantFrom('true', 'false', '1', '0', '1.0', '0.0', 'TRUE', 'False', 'f', 'No', 'maybe', '\u0011'),
  currency: fc.constantFrom('EUR', 'CHF', 'PLN', 'XXQ', 'eur', 'Ved', 'EURO', '\u0005UR', 'E5R'),
  enum: fc.constant('unlisted'),
};

function valueOf({ kind, values: listed = [] }: Column): fc.Arbitrary<string> {
  const known = kind === 'enum' ? fc.constantFrom(...listed, ...listed.map((value) => value.toUpperCase()), 'unlisted') : values[kind];
  return fc.oneof({ weight: 4, arbitrary: known }, fc.constantFrom('', ' ', '   '), known.map((text) => ` ${text} `));
}

/** A healthy row, of which up to four values are others, as a line below a header in some order. */
function lineOf(entity: Entity): fc.Arbitrary<{ header: string[]; line: string }> {
  const { columns } = entity;
  const other = fc.constantFrom(...columns.keys()).chain((at) => fc.tuple(fc.constant(at), valueOf(columns[at] as Column)));
  const order = fc.oneof(fc.constant([...columns.keys()]), fc.shuffledSubarray([...columns.keys()], { minLength: columns.length }));
  return fc.tuple(rowsOf(entity), fc.array(other, { maxLength: 4 }), order).map(([row, others, positions]) => {
    for (const [at, value] of others) row[at] = value;
    return { header: positions.map((at) => columns[at]?.name ?? ''), line: positions.map((at) => written(row[at] ?? '')).join(',') };
  });
}

describe.each(billingEntities.map((entity) => [entity.name, entity] as const))('%s', (_, entity) => {
  test('a line that is taken becomes the row that the parser makes of it, and says nothing about the others', () => {
    let taken = 0;
    fc.assert(
      fc.property(lineOf(entity), ({ header, line }) => {
        const row = scanned(entity, header, line);
        if (row === undefined) return;
        taken++;
        expect(row).toEqual(parsedLine(entity, header, line));
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
