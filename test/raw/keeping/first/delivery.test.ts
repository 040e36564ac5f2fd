import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decideDelivery, firstOf, type Delivery, type StoredDelivery } from '../../../../src/raw/keeping/first/delivery.ts';
import { batchOf } from '../../../support/lakes/lake.ts';

const [B1, B2, B3] = ['20261101T000000Z', '20261102T000000Z', '20261103T000000Z'].map(batchOf) as [Delivery['batch'], Delivery['batch'], Delivery['batch']];
const RUN = 7;
const stored: StoredDelivery = { hash: 'a', batch: B2, row: 5, changeNo: 3 };
const own: StoredDelivery = { ...stored, changeNo: RUN };

describe('decideDelivery', () => {
  test.each<[string, Partial<Delivery>, StoredDelivery, string, boolean]>([
    ['what was just written', {}, own, 'inserted', false],
    ['the same row again', {}, stored, 'unchanged', false],
    ['the same row with other content', { hash: 'b' }, stored, 'updated', true],
    ['the same content in a later batch', { batch: B3, row: 1 }, stored, 'unchanged', false],
    ['other content in a later batch', { hash: 'b', batch: B3, row: 1 }, stored, 'stale', false],
    ['the same content later in its batch', { row: 6 }, stored, 'stale', false],
    ['the same content in an earlier batch', { batch: B1, row: 9 }, stored, 'unchanged', true],
    ['other content in an earlier batch', { hash: 'b', batch: B1, row: 9 }, stored, 'updated', true],
    ['the same content earlier in its batch', { row: 4 }, stored, 'unchanged', true],
    ['an earlier row of the batch that this run is writing', { hash: 'b', row: 4 }, own, 'stale', true],
    ['an earlier batch of this run', { hash: 'b', batch: B1 }, own, 'updated', true],
  ])('%s', (_, incoming, before, counted, replaces) => {
    expect(decideDelivery({ hash: 'a', batch: B2, row: 5, ...incoming }, before, RUN)).toEqual({ counted, replaces });
  });
});

test('the first delivery stays, in whatever order they come', () => {
  const delivery = fc.record({ batch: fc.constantFrom(B1, B2, B3), row: fc.integer({ min: 1, max: 5 }) });
  const history = fc.uniqueArray(delivery, { selector: ({ batch, row }) => `${batch}/${row}`, minLength: 1 });
  fc.assert(
    fc.property(history, (places) => {
      const rows = places.map((place, index) => ({ ...place, sourceId: 'e', hash: `h${index}` }));
      const [begin, ...others] = rows as [(typeof rows)[0], ...typeof rows];
      let kept: StoredDelivery = { ...begin, changeNo: 1 };
      others.forEach((row, index) => {
        if (decideDelivery(row, kept, index + 2).replaces) kept = { ...row, changeNo: index + 2 };
      });
      expect([...firstOf(rows).values()]).toEqual([expect.objectContaining({ batch: kept.batch, row: kept.row })]);
    }),
  );
});
