import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseInstant } from '../../../src/core/time.ts';
import { instantIn } from '../../../src/core/zone.ts';
import { columnNamed } from '../../../src/feeds/declare/feeds.ts';
import type { ColumnEntry, FormatEntry } from '../../../src/feeds/declare/schema.ts';
import { fileFormOf } from '../../../src/feeds/format/feed-format.ts';
import { mappedPart } from '../../../src/feeds/mapping/mapped-part.ts';
import { csvPart } from '../../../src/lake/port/csv-part.ts';
import { readLines } from '../../../src/lake/text/csv-lines.ts';
import { decodeTextAs } from '../../../src/lake/text/text-coding.ts';
import { PartReader } from '../../../src/raw/read/part-reader.ts';
import { newDrift } from '../../../src/raw/rows/drift.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { batchOf, csv, hexId } from '../../support/lakes/lake.ts';
import { readText, type ReadText } from '../../raw/read-text.ts';
import { BATCH } from '../../raw/rows.ts';

/** What an invoice says, whatever file it stands in. */
interface Fact {
  readonly number: number;
  readonly cents: number;
  readonly day: string;
  readonly updated: string;
  readonly comments: string;
  readonly status: 'Posted' | 'Draft';
}

/** A way of writing facts. */
interface Writing {
  readonly delimiter: string;
  readonly quote: string;
  readonly decimal: 'point' | 'comma';
  readonly thousands: '' | '.' | ',' | ' ' | "'";
  readonly date: 'dd.MM.yyyy' | 'MM/dd/yyyy' | 'yyyy-MM-dd';
  readonly zone: string;
  readonly minor: boolean;
  readonly order: readonly number[];
  readonly end: string;
}

const HEADERS = ['no.', 'customer', 'reference', 'day', 'total', 'note', 'state', 'changed'];
const facts = fc.array(
  fc.record({
    number: fc.integer({ min: 1, max: 5_000 }),
    cents: fc.integer({ min: -99_999_999, max: 99_999_999 }),
    day: fc.date({ min: new Date('2015-01-01'), max: new Date('2026-10-31'), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10)),
    // Hours that every clock of these zones shows once.
    updated: fc.date({ min: new Date('2015-01-01'), max: new Date('2026-10-30'), noInvalidDate: true }).map((day) => `${day.toISOString().slice(0, 10)} 12:34:56`),
    comments: fc.array(fc.constantFrom('a', 'Größe', ' ', ',', ';', '|', '"', "'", '1,5', '\n', 'paid'), { maxLength: 6 }).map((words) => words.join('').trim()),
    status: fc.constantFrom<Fact['status']>('Posted', 'Draft'),
  }),
  { minLength: 1, maxLength: 12 },
);
const writings = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quote: fc.constantFrom('"', "'"),
    decimal: fc.constantFrom<Writing['decimal']>('point', 'comma'),
    thousands: fc.constantFrom<Writing['thousands']>('', '.', ',', ' '),
    date: fc.constantFrom<Writing['date']>('dd.MM.yyyy', 'MM/dd/yyyy', 'yyyy-MM-dd'),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
    minor: fc.boolean(),
    order: fc.shuffledSubarray(HEADERS.map((_, index) => index), { minLength: HEADERS.length }),
    end: fc.constantFrom('\n', '\r\n'),
  })
  .filter(({ decimal, thousands }) => thousands !== (decimal === 'comma' ? ',' : '.'));

test('a file in any form gives the rows that the same facts give in hub\'s own form', async () => {
  await fc.assert(
    fc.asyncProperty(facts, writings, async (all, writing) => {
      const mapped = await readMapped(textOf(all, writing), writing);
      const plain = await readText(invoice, csv(all.map((fact) => ownRow(fact, writing.zone))));
      expect(mapped.rejects).toEqual([]);
      expect(mapped.rows.map(({ text, hash, updatedDate, row }) => ({ text, hash, updatedDate, row }))).toEqual(plain.rows.map(({ text, hash, updatedDate, row }) => ({ text, hash, updatedDate, row })));
    }),
    { numRuns: 150 },
  );
});

function ownRow({ number, cents, day, updated, comments, status }: Fact, zone: string): Record<string, string> {
  const local = parseInstant(updated);
  return {
    Id: hexId(number), AccountId: hexId(9), InvoiceNumber: `R-${number}`, InvoiceDate: day, Amount: decimalOf(cents), Comments: comments, Status: status, Currency: 'EUR',
    UpdatedDate: local === undefined ? '' : instantIn(local, zone),
  };
}

function decimalOf(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function textOf(all: readonly Fact[], { order, delimiter, quote, end, ...writing }: Writing): string {
  const rows = [HEADERS, ...all.map((fact) => valuesOf(fact, writing))];
  const quoted = (value: string): string => ([delimiter, quote, '"', '\n'].some((sign) => value.includes(sign)) ? `${quote}${value.replaceAll(quote, quote + quote)}${quote}` : value);
  return rows.map((row) => order.map((index) => quoted(row[index] ?? '')).join(delimiter) + end).join('');
}

function valuesOf({ number, cents, day, updated, comments, status }: Fact, { decimal, thousands, date, minor }: Pick<Writing, 'decimal' | 'thousands' | 'date' | 'minor'>): string[] {
  const [whole = '', places = ''] = decimalOf(Math.abs(cents)).split('.');
  const amount = `${whole.replace(/\B(?=(\d{3})+$)/g, thousands)}${decimal === 'comma' ? ',' : '.'}${places}`;
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  const shownDay = date.replace('yyyy', year).replace('MM', month).replace('dd', dayOfMonth);
  return [hexId(number), hexId(9), `R-${number}`, shownDay, minor ? String(cents) : `${cents < 0 ? '-' : ''}${amount}`, comments, status === 'Posted' ? 'final' : 'open', updated];
}

async function readMapped(text: string, { delimiter, quote, decimal, thousands, date, zone, minor }: Writing): Promise<ReadText> {
  const format: FormatEntry = { delimiter, quote, decimal, thousands, dates: [date], zone, encoding: 'utf-16le' };
  const columns: Record<string, ColumnEntry> = {
    Id: { from: 'no.' }, AccountId: { from: 'customer' }, InvoiceNumber: { from: 'reference' }, InvoiceDate: { from: 'day' }, Comments: { from: 'note' }, UpdatedDate: { from: 'changed' },
    Amount: { from: 'total', ...(minor ? { unit: 'minor' } : {}) }, Status: { from: 'state', values: { final: 'Posted', open: 'Draft' } }, Currency: { value: 'EUR' },
  };
  const feed = { entity: invoice, rows: {}, without: [], values: format, file: fileFormOf(format), columns: new Map(Object.entries(columns).map(([name, entry]) => [columnNamed(invoice, name)?.name ?? name, entry])) };
  const read: ReadText = { rows: [], rejects: [], repairs: [] };
  const lines = readLines(decodeTextAs(bytesOf(text), 'utf-16le', 'a.csv'));
  for await (const source of csvPart('a.csv', lines, feed.file)) {
    const part = mappedPart(source, feed);
    const reader = new PartReader(invoice, part, batchOf(BATCH), 1, newDrift(), {
      row: (row) => void read.rows.push(row),
      reject: (reject) => void read.rejects.push(reject),
      repair: (repair) => void read.repairs.push(repair),
    }, 'alpina');
    for await (const block of part.blocks) reader.read(block);
    reader.close();
  }
  return read;
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield Buffer.from(text, 'utf16le');
}
