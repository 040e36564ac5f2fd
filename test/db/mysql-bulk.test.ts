import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { packets } from '../../src/db/mysql-bulk.ts';

describe('packets', () => {
  test('hold all rows in order, at most a thousand each, and stay below the size unless a row alone is larger', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 20 }), (rows, bytes, perRow) => {
        const cut = [...packets(rows, bytes, perRow)];
        expect(cut.flat()).toEqual(rows);
        for (const some of cut) {
          const size = some.reduce((sum, row) => sum + 2 * Buffer.byteLength(row) + perRow, 0);
          expect(some.length === 1 || size <= bytes).toBe(true);
        }
      }),
    );
  });

  test('of small rows are cut by their number', () => {
    const lengths = [...packets(Array.from({ length: 2_500 }, String), 1_000_000, 4)].map(({ length }) => length);
    expect(lengths).toEqual([1_000, 1_000, 500]);
  });
});
