import { beforeEach, describe, expect, test } from '@jest/globals';

import type { LakeRecord } from '../../src/lake/record.ts';
import { RecordLines } from '../../src/lake/record-lines.ts';
import { newDrift } from '../../src/raw/drift.ts';
import { invoice } from '../../src/raw/entities/invoice.ts';
import { PartReader } from '../../src/raw/part-reader.ts';
import type { Reject, Repair } from '../../src/raw/quarantine.repository.ts';
import type { RawRow } from '../../src/raw/row-parser.ts';
import type { ScannedRow } from '../../src/raw/scan/row-scanner.ts';
import { recordsOf } from '../lake/read-csv.ts';
import { batchOf, csv, hexId } from '../support/lake.ts';
import { BATCH, deletion, invoiceRow, parsed } from './rows.ts';

const header = Object.keys(invoiceRow());
let rows: RawRow[];
let rejects: Reject[];
let repairs: Repair[];

beforeEach(() => {
  rows = [];
  rejects = [];
  repairs = [];
});

function reader(ragged = true, firstRow = 1, columns: readonly string[] = header): PartReader {
  return new PartReader(invoice, { name: 'part-0.csv', ragged, header: columns }, batchOf(BATCH), firstRow, newDrift(), {
    row: (row) => void rows.push(row),
    reject: (reject) => void rejects.push(reject),
    repair: (repair) => void repairs.push(repair),
  }, 'alpina');
}

/** Reads lines of CSV below a header, as the lake would frame them. */
async function read(...lines: string[]): Promise<void> {
  const part = reader();
  const records = await recordsOf(`${lines.join('\n')}\n`, header.length);
  part.read(records.map((record) => ({ ...record, line: record.line + 1 })));
  part.end();
}

const line = (number: number, changes = {}) => csv([invoiceRow(number, changes)]).split('\n').slice(1, -1).join('\n');
/** Enough healthy rows to know what the columns hold. */
const healthy = Array.from({ length: 60 }, (_, index) => line(index + 1));
const keyOf = (number: number) => ({ sourceId: hexId(number) });

describe('healthy rows', () => {
  test('are passed on with their position, also over parts', () => {
    const part = reader(true, 41);
    part.read([{ fields: Object.values(invoiceRow(1)), line: 2 }, { fields: Object.values(deletion(2)), line: 3 }]);
    part.end();
    expect(rows).toMatchObject([{ ...keyOf(1), row: 41 }, { ...keyOf(2), row: 42, deleted: true }]);
    expect(part.nextRow).toBe(43);
    expect([rejects, repairs]).toEqual([[], []]);
  });

  test('a text that looks like a header elsewhere is a row', async () => {
    await read(...healthy, line(99, { Comments: 'Comments' }));
    expect(rows.at(-1)).toMatchObject(keyOf(99));
  });
});

describe('rows that are no text', () => {
  test.each([
    ['nul_byte', 'The row holds a NUL byte.'],
    ['invalid_utf8', 'The row holds bytes that are not UTF-8.'],
  ] as const)('%s: rejected with their place', (fault, reason) => {
    const record: LakeRecord = { fields: [], line: 7, raw: 'a,\\x00', fault };
    const part = reader();
    part.read([record]);
    part.end();
    expect(rejects).toEqual([
      { part: 'part-0.csv', line: 7, row: 1, sourceId: null, code: fault, column: null, reason, header, csv: true, raw: 'a,\\x00' },
    ]);
  });
});

describe('a repeated header', () => {
  test('is passed over, and counts as nothing', async () => {
    await read(...healthy.slice(0, 30), header.join(','), ...healthy.slice(30), header.join(',').toUpperCase());
    expect(rows).toHaveLength(60);
    expect([rejects, repairs]).toEqual([[], []]);
  });
});

describe('rows that need a repair', () => {
  test('a quoted newline that a line-based reader split is joined', async () => {
    const [first = '', second = ''] = line(70, { Comments: 'two\nlines' }).replaceAll('"', '').split('\n');
    await read(...healthy, first, second, ...healthy.slice(0, 2));
    expect(rejects).toEqual([]);
    expect(repairs).toMatchObject([{ part: 'part-0.csv', line: 62, sourceId: hexId(70), before: `${first}\n${second}` }]);
    expect(rows).toHaveLength(63);
    expect(rows.find((row) => row.sourceId === hexId(70))?.text).toContain('two\\nlines');
  });

  test('an unescaped delimiter is mended and recorded, before and after', async () => {
    const shifted = line(70, { Comments: 'paid; by card' }).replace('paid; by', 'paid, by');
    await read(...healthy, shifted);
    expect(repairs).toMatchObject([{ sourceId: hexId(70), before: shifted, after: expect.arrayContaining(['paid, by card']) }]);
    expect(rows.at(-1)).toMatchObject({ sourceId: hexId(70), row: 61 });
  });

  test('a value that no column can hold is rejected with column, value and raw text', async () => {
    const bad = line(70, { Amount: 'many' });
    await read(...healthy, bad);
    expect(rejects).toMatchObject([{ line: 62, row: 61, sourceId: hexId(70), code: 'invalid_value', column: 'Amount', raw: bad }]);
    expect(rejects[0]?.reason).toContain('"many"');
  });

  test('a required value that is missing is rejected with its column', async () => {
    await read(...healthy, line(70, { InvoiceDate: '' }));
    expect(rejects).toMatchObject([{ code: 'missing_value', column: 'InvoiceDate' }]);
  });

  test('every row is passed on or rejected, exactly once', async () => {
    const bad = [line(71, { Amount: 'x' }), 'only,three,fields', line(72).replace('EUR', 'EUR,EUR'), `${line(73)},extra,fields`, '"'];
    await read(...healthy.slice(0, 20), ...bad, ...healthy.slice(20));
    expect(rows.length + rejects.length).toBe(65);
    expect(new Set([...rows, ...rejects].map(({ row }) => row)).size).toBe(65);
  });

  test('the rows of a query result are never joined, and kept as JSON', () => {
    const part = reader(false);
    const fields = Object.values(invoiceRow(1, { Amount: 'many' }));
    part.read([{ fields, line: 1 }]);
    part.end();
    expect(rejects).toMatchObject([{ csv: false, raw: JSON.stringify(fields) }]);
  });
});

describe('lines that are still bytes', () => {
  test('come to the same as records of them, in the same order', () => {
    const bad = [line(71, { Amount: 'x' }), 'only,three,fields', '', line(72).replace('EUR', 'EUR,EUR'), header.join(',')];
    const odd = [line(80, { Comments: 'a "b", c' }), line(81, { Comments: 'é' }), line(82, { Status: 'Parked' }), csv([deletion(83)]).split('\n')[1] ?? ''];
    const text = [...healthy.slice(0, 20), ...bad, ...odd, ...healthy.slice(20)].join('\r\n');
    const lines = new RecordLines(Buffer.from(text), false, 2);
    const [asBytes, asRecords] = [lines, [...lines]].map((block) => {
      [rows, rejects, repairs] = [[], [], []];
      const part = reader();
      part.read(block);
      part.end();
      return { rows, rejects, repairs, next: part.nextRow };
    });
    expect(asBytes?.rows).toHaveLength(64 + repairs.length);
    expect(asBytes).toEqual(asRecords);
  });

  test('can be taken as bytes', () => {
    const taken: string[] = [];
    const sink = { row: () => undefined, scanned: ({ bytes, end, row }: ScannedRow) => void taken.push(`${row} ${bytes.toString('utf8', 0, end)}`), reject: () => undefined, repair: () => undefined };
    const part = new PartReader(invoice, { name: 'part-0.csv', ragged: true, header }, batchOf(BATCH), 5, newDrift(), sink, 'alpina');
    part.read(new RecordLines(Buffer.from([line(1), line(2)].join('\n')), true, 2));
    expect(taken).toEqual([`5 ${parsed(invoiceRow(1)).text}`, `6 ${parsed(invoiceRow(2)).text}`]);
  });
});

test('a part without a required column is refused', () => {
  expect(() => reader(true, 1, ['Id', 'AccountId'])).toThrow(expect.objectContaining({ kind: 'refused', code: 'missing_column' }));
});
