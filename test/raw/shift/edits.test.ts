import { expect, test } from '@jest/globals';

import type { Alignment, Plan } from '../../../src/raw/shift/align.ts';
import { editsOf } from '../../../src/raw/shift/edits.ts';
import type { Fragment } from '../../../src/raw/shift/tokens.ts';

const plan = (reading: Plan['reading'], pieces: readonly (string | Fragment)[]): Plan => ({
  row: { fragments: pieces.map((piece) => (typeof piece === 'string' ? { text: piece, inside: false } : piece)), delimiter: ',', singles: [] }, merges: 0, inserts: 0, lost: 0, reading, cost: 0,
});
/** How many pieces each column took, and how many columns there are. */
const edits = (of: Plan, taken: readonly number[], columns = taken.length): unknown => editsOf(of, { taken, values: Array.from({ length: columns }, () => null) } as unknown as Alignment);

test('a row that stands as it should has no edits', () => expect(edits(plan('fields', ['a', 'b']), [1, 1])).toEqual([]));

test('neighbours that became one value are a merge, a column that took nothing an insert', () => {
  expect(edits(plan('fields', ['a', 'b', 'c']), [2, 0, 1])).toEqual([{ operation: 'merge', column: 0, fields: 2 }, { operation: 'insert', column: 1 }]);
});

test('columns that nothing was left for are lost, and fields behind the last column dropped', () => {
  expect(edits(plan('fields', ['a', 'b']), [2], 2)).toEqual([{ operation: 'merge', column: 0, fields: 2 }, { operation: 'lose', column: 1 }]);
  expect(edits(plan('fields', ['a', '', '']), [1])).toEqual([{ operation: 'drop', fields: 2 }]);
});

test('a field that was cut is a cut in front of the column that it begins', () => {
  expect(edits(plan('cut', ['a', { text: 'b', inside: true }]), [1, 1])).toEqual([{ operation: 'cut', column: 1 }]);
});

test('of a line that was read again a quoted value that holds delimiters is no merge, a bare one is', () => {
  const quotes = { operation: 'ignore_quotes' };
  expect([edits(plan('literal', ['"a', 'b"', 'c']), [2, 1]), edits(plan('literal', ['a', 'b', 'c']), [2, 1])]).toEqual([[quotes], [quotes, { operation: 'merge', column: 0, fields: 2 }]]);
});
