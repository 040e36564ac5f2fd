import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { invoice } from '../../../../src/sources/billing/invoice.ts';
import { changedFields, keyOfText, PlaceReader, rowTexts, stateColumns, stateValues } from '../../../../src/raw/keeping/newest/row-state.ts';
import { rowText } from '../../../../src/raw/store/table-row.ts';
import { deltaBetween } from '../../../../src/engine/records/audit.repository.ts';
import { hexId } from '../../../support/lakes/lake.ts';
import { deletion, invoiceRow, parsed } from '../../rows.ts';

const texts = rowTexts(invoice);
const textOf = (row: ReturnType<typeof parsed>): string => rowText(invoice, 'alpina', row, 7);

/** Rows with all that a text escapes, nothing, or a deletion's key alone. */
const row = fc
  .record({
    comments: fc.string({ unit: fc.constantFrom('a', 'é', '\t', '\n', '\\', 'N', '"', ' ') }),
    amount: fc.constantFrom('49.90', '49.9', '-3', '0.000000001'),
    updated: fc.constantFrom('', '2026-02-05', '2026-02-05 08:00:00.000000'),
    batch: fc.constantFrom('20261101T000000Z', '20261102T000000Z'),
    position: fc.integer({ min: 1, max: 1_000_000 }),
    gone: fc.boolean(),
  })
  .map(({ comments, amount, updated, batch, position, gone }) =>
    parsed(gone ? deletion(1, { UpdatedDate: updated }) : invoiceRow(1, { Comments: comments, Amount: amount, UpdatedDate: updated }), batch, position),
  );

test('a row text tells what decides about the row and what its state is', () => {
  fc.assert(
    fc.property(row, (one) => {
      const { hash, updatedDate, deleted, batch, row: position } = one;
      const text = textOf(one);
      expect(texts.row(text)).toEqual({ sourceId: hexId(1), line: text, hash, updatedDate, deleted, batch, row: position });
      expect(texts.state(text)).toEqual(stateValues(one));
      expect(keyOfText(text)).toBe(hexId(1));
    }),
  );
});

test('the place of a row is told from the bytes of its text, wherever they stand', () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const places = new PlaceReader();
      for (const one of rows) {
        const { batch, deleted } = one;
        const text = textOf(one);
        const bytes = Buffer.from(`before\n${text}\nafter`);
        expect(places.read(bytes, bytes.length - 6)).toEqual({ batch, deleted });
      }
    }),
  );
});

test('the delta of two row texts is that of the states', () => {
  fc.assert(
    fc.property(row, row, (before, after) => {
      const expected = changedFields(stateColumns(invoice), stateValues(before), stateValues(after));
      expect(texts.delta(textOf(before), textOf(after))).toEqual(expected);
    }),
  );
});

test('the delta of two states is what jsondiffpatch tells of them, a decimal as it is written here', () => {
  const columns = ['a', 'b', 'c', 'd'].map((name) => ({ name, decimal: name === 'd' }));
  const values = fc.tuple(...columns.map(() => fc.constantFrom(null, '', '1', '2')));
  fc.assert(
    fc.property(values, values, (before, after) => {
      const stateOf = (state: readonly (string | null)[]) => Object.fromEntries(columns.flatMap(({ name }, index) => (state[index] == null ? [] : [[name, state[index]]])));
      const delta = changedFields(columns, before, after);
      expect(JSON.stringify(delta)).toBe(JSON.stringify(deltaBetween(stateOf(before), stateOf(after))));
    }),
  );
  expect(changedFields(columns, [null, null, null, '2.500000000'], [null, null, null, '2.5'])).toBeUndefined();
});
