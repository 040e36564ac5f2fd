import { beforeEach, describe, expect, test } from '@jest/globals';

import type { LakeRecord } from '../../../src/lake/text/record.ts';
import { RecordLines } from '../../../src/lake/text/record-lines.ts';
import { newDrift } from '../../../src/raw/rows/drift.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { PartReader } from '../../../src/raw/read/part-reader.ts';
import type { Reject, Repair } from '../../../src/raw/quarantine/quarantine.repository.ts';
import type { RawRow } from '../../../src/raw/rows/row-parser.ts';
import type { ScannedRow } from '../../../src/raw/rows/row-scanner.ts';
import { recordsOf } from '../../lake/read-csv.ts';
import { batchOf, csv, hexId } from '../../support/lakes/lake.ts';
import { BATCH, deletion, invoiceRow, parsed } from '../rows.ts';

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

describe('rows that stand in one record', () => {
  const raws = () => rejects.map(({ raw }) => raw);
  const ids = () => rows.map(({ sourceId }) => sourceId).sort();

  test.each(['', '\r', '\u0085', '\u2028', '\v', '\ufeff', ' '])('on one line, with %j between them, are taken apart if each can be read', async (between) => {
    const [one, two] = [line(71), line(72, { Comments: 'a, b' })];
    await read(...healthy, one + between + two, ...healthy.slice(0, 1));
    expect(rejects).toEqual([]);
    expect(ids().slice(-2)).toEqual([hexId(71), hexId(72)]);
    expect(repairs).toMatchObject([
      { line: 62, sourceId: hexId(71), before: one, edits: [{ operation: 'take_apart', rows: 2 }] },
      { line: 62, sourceId: hexId(72), before: two, edits: [{ operation: 'take_apart', rows: 2 }] },
    ]);
    expect(rows.find(({ sourceId }) => sourceId === hexId(72))).toMatchObject({ row: 62 });
  });

  test('go to quarantine together if one of them cannot be read, each with its text', async () => {
    const [one, two] = [line(71), line(72, { Amount: 'many' })];
    await read(...healthy, one + two);
    expect(ids()).toHaveLength(60);
    expect(rejects).toMatchObject([
      { code: 'several_rows', row: 61, sourceId: hexId(71), raw: one },
      { code: 'several_rows', row: 62, sourceId: hexId(72), raw: two },
    ]);
    expect(repairs).toEqual([]);
  });

  test('between a quote that opens in one and closes in another are taken apart', async () => {
    const text = [line(71, { Comments: 'urgent' }).replace('urgent', '"urgent'), line(72), line(73), line(74, { Comments: 'no' }).replace('no', 'said "no"')];
    await read(...healthy, ...text);
    expect(rejects).toEqual([]);
    expect(ids().slice(-4)).toEqual([71, 72, 73, 74].map(hexId));
    expect(repairs.map((repair) => repair.line)).toEqual([62, 63, 64, 65]);
  });

  test('and a text that holds rows of which one cannot be read are all kept in quarantine', async () => {
    const note = `see\n${line(72)}\n${line(73, { InvoiceDate: 'soon' })}\nand so on`;
    await read(...healthy, line(71, { Comments: note }));
    expect(ids()).toHaveLength(60);
    expect(new Set(rejects.map(({ code }) => code))).toEqual(new Set(['several_rows']));
    for (const number of [71, 72, 73]) expect(raws().some((raw) => raw.includes(hexId(number)))).toBe(true);
  });

  test('of a query result, which has no text to cut, go to quarantine', () => {
    const part = reader(false);
    part.read([{ fields: Object.values(invoiceRow(1, { Comments: `urgent,false,2026-02-05\n${line(2)}` })), line: 1 }]);
    part.end();
    expect(rejects).toMatchObject([{ code: 'several_rows', csv: false, sourceId: hexId(1) }]);
  });

  test('are none where a text names a key, or several', async () => {
    const notes = [`instead of ${hexId(500)}, by hand`, `${hexId(500)},${hexId(501)}`, `${hexId(500)}: 49.90, ${hexId(501)}: 9.90`, `first\n${hexId(500)}, paid\nlast`];
    await read(...healthy, ...notes.map((note, index) => line(71 + index, { Comments: note })));
    expect([rows.length, rejects, repairs]).toEqual([64, [], []]);
  });

  test('stand behind a header without a line end, or before one', async () => {
    await read(...healthy, line(71) + header.join(','), line(72), `${header.join(',')}\r${line(73)}`);
    expect(rejects).toEqual([]);
    expect(ids().slice(-3)).toEqual([71, 72, 73].map(hexId));
  });
});

describe('a header in another order', () => {
  const swapped = header.map((name) => (name === 'InvoiceDate' ? 'DueDate' : name === 'Comments' ? 'InvoiceDate' : name === 'Amount' ? 'TaxAmount' : name === 'Status' ? 'Amount' : name));
  const below = (number: number) => Object.values(invoiceRow(number, { Comments: '2026-02-06', Amount: '7.90', Status: '41.00' })).join(',');

  test('holds for what follows it, also for scanned lines', () => {
    const framed = reader();
    framed.read(new RecordLines(Buffer.from([line(1), swapped.join(','), below(2), line(3)].join('\n')), true, 2));
    framed.end();
    const other = Object.fromEntries(swapped.map((name, index) => [name, below(2).split(',')[index] ?? '']));
    expect(rows).toMatchObject([{ text: parsed(invoiceRow(1)).text }, { text: parsed(other).text }]);
    expect(rejects).toMatchObject([{ sourceId: hexId(3), header: swapped }]);
  });

  test('tells the framing how wide rows are now', () => {
    const widths: number[] = [];
    const part = new PartReader(invoice, { name: 'part-0.csv', ragged: true, header, setWidth: (width) => void widths.push(width) }, batchOf(BATCH), 1, newDrift(), {
      row: () => undefined, reject: () => undefined, repair: () => undefined,
    }, 'alpina');
    part.read([{ fields: [...header, 'Region__c'], line: 2 }]);
    expect(widths).toEqual([header.length + 1]);
  });

  test('refuses the part if a required column is missing in it', () => {
    const part = reader();
    expect(() => { part.read([{ fields: header.filter((name) => name !== 'InvoiceDate'), line: 9 }]); }).toThrow(
      expect.objectContaining({ kind: 'refused', code: 'missing_column', context: { column: 'InvoiceDate', line: 9 } }),
    );
  });
});

describe('what is no row', () => {
  test('a line of separators and blanks counts as nothing', async () => {
    await read(line(1), ','.repeat(header.length - 1), ' , ,\t', line(2));
    expect(rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(rejects).toEqual([]);
  });
});

describe('backslash escapes', () => {
  test('are read where the row reads by them only, and recorded', async () => {
    const spark = line(71, { Comments: 'X' }).replace('X', '"He said \\"no, thanks\\", then left"');
    await read(...healthy, spark);
    expect(repairs).toMatchObject([{ before: spark, edits: [{ operation: 'unescape' }] }]);
    expect(rows.at(-1)?.text).toContain('\tHe said "no, thanks", then left\t');
  });

  test('are characters elsewhere', async () => {
    await read(...healthy, line(71, { Comments: 'C:\\"x"\\' }), line(72, { Comments: '5\\" nail' }));
    expect([rows.length, rejects, repairs]).toEqual([62, [], []]);
  });
});

test('a record that is too long is rejected with its beginning, length and hash', () => {
  const part = reader();
  part.read([{ fields: [], line: 7, raw: `${hexId(1)},x`, fault: 'record_too_long', cut: { text: `${hexId(1)},x`, bytes: 80_000_000, sha256: 'ab'.repeat(32) } }]);
  part.end();
  expect(rejects).toMatchObject([{ code: 'record_too_long', line: 7, raw: `${hexId(1)},x` }]);
  expect(rejects[0]?.reason).toBe(`The record is longer than 1048576 bytes; only its beginning is kept. It is 80000000 bytes long, with the SHA-256 ${'ab'.repeat(32)}.`);
});

test('a header that holds a row is refused without showing it', () => {
  const glued = [...header.slice(0, -1), `UpdatedDate${hexId(1)}`, ...Object.values(invoiceRow(1)).slice(1)];
  expect(() => reader(true, 1, glued)).toThrow(expect.objectContaining({ code: 'header_holds_values', message: expect.not.stringContaining(hexId(1)) }));
});
