import { RowParser, type Drift, type RawRow } from '../../src/raw/rows/row-parser.ts';
import { newDrift } from '../../src/raw/rows/drift.ts';
import type { Entity } from '../../src/sources/contract/contract.ts';
import { matchHeader } from '../../src/raw/rows/header.ts';
import { invoice } from '../../src/sources/billing/invoice.ts';
import { batchOf, hexId, type ExportRow } from '../support/lakes/lake.ts';

export const BATCH = '20261101T000000Z';

/** An invoice as the exporter writes it, healthy in every column. */
export function invoiceRow(number = 1, changes: ExportRow = {}): ExportRow {
  return {
    Id: hexId(number),
    AccountId: hexId(1_000 + number),
    InvoiceNumber: `INV${String(number).padStart(8, '0')}`,
    Comments: 'paid by card',
    InvoiceDate: '2026-02-05',
    Status: 'Posted',
    Currency: 'EUR',
    Amount: '49.90',
    Deleted: 'false',
    UpdatedDate: '2026-02-05 08:00:00.000000',
    ...changes,
  };
}

/** The row of a deletion that has its key only. */
export function deletion(number = 1, changes: ExportRow = {}): ExportRow {
  return { ...Object.fromEntries(Object.keys(invoiceRow()).map((column) => [column, ''])), Id: hexId(number), Deleted: 'true', ...changes };
}

/** A row as the parser gives it; throws if it is not healthy. */
export function parsed(row: ExportRow, batch = BATCH, position = 1): RawRow {
  const result = parserOf(row, batch).parse(Object.values(row), position);
  if (result === undefined) throw new Error('the row is not healthy');
  return result;
}

/** A parser for rows with the columns of this one. */
export function parserOf(row: ExportRow, batch = BATCH, drift: Drift = newDrift(), entity: Entity = invoice): RowParser {
  return new RowParser(entity, matchHeader(entity, Object.keys(row)), batchOf(batch), drift, 'alpina');
}
