import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { isHeader } from '../../../src/raw/rows/header.ts';
import { repairRow } from '../../../src/raw/shift/repair.ts';

interface Case {
  name: string;
  row: string[];
  expect?: (string | null)[];
  repaired?: boolean;
  quarantine?: string;
  column?: string;
  skip?: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/column-shift.json', import.meta.url), 'utf8'),
) as { columns: string[]; cases: Case[] };

describe('the column shift vectors', () => {
  const columns = vectors.columns.map((name) => invoice.columns.find((column) => column.name === name));

  test('their columns are all columns of the invoice', () => {
    expect(columns).not.toContain(undefined);
  });

  test.each(vectors.cases)('$name', (vector) => {
    expect(isHeader(invoice, vectors.columns, vector.row)).toBe(vector.skip === 'repeated_header');
    if (vector.skip !== undefined) return;
    const outcome = repairRow({ columns, fields: vector.row });
    if (vector.quarantine !== undefined) {
      const column = vector.column === undefined ? {} : { column: vector.column };
      expect(outcome).toMatchObject({ kind: 'quarantine', code: vector.quarantine, ...column });
    } else if (vector.repaired === true) {
      expect(outcome).toMatchObject({ kind: 'repaired', fields: vector.expect });
    } else {
      expect(outcome).toEqual({ kind: 'fine' });
      expect(vector.row).toEqual(vector.expect);
    }
  });
});
