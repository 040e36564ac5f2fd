import fc from 'fast-check';

import type { RawRow } from '../../src/raw/rows/row-parser.ts';
import type { ExportRow } from '../support/lakes/lake.ts';
import { invoiceRow, parsed } from './rows.ts';

/** Equal rows with a date may come from any of the batches that had them. */
export const PLACE = ['change_no', 'lake_batch', 'lake_row'];
export const BATCHES = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z'];

/** Rows of a few keys over a few batches; few instants, so that ties are frequent. */
export const row = fc.record({
  key: fc.integer({ min: 1, max: 3 }),
  batch: fc.constantFrom(...BATCHES),
  content: fc.constantFrom('this', 'that'),
  date: fc.constantFrom('', '2026-10-30', '2026-11-02 12:00:00', '2026-11-04', '2062-11-01'),
  gone: fc.boolean(),
});

/** What one of the rows says, without its place. */
export interface OneRow {
  readonly key: number;
  readonly batch: string;
  readonly content: string;
  readonly date: string;
  readonly gone: boolean;
}

/** The rows batch by batch, each in its place. */
export function batchesOf(rows: readonly OneRow[]): RawRow[][] {
  return BATCHES.map((name) => rows.filter(({ batch }) => batch === name).map((one, index) => parsed(contentOf(one), name, index + 1)));
}

export function contentOf({ key, date, content, gone }: Omit<OneRow, 'batch'>): ExportRow {
  if (date === '') return invoiceRow(key, { UpdatedDate: '', Comments: content, Deleted: String(gone) });
  // The exporter repeats itself, but never gives two contents the same date.
  return invoiceRow(key, { UpdatedDate: date, Deleted: String(date.endsWith('12:00:00')) });
}
