import { expect, test } from '@jest/globals';

import { invoice } from '../../../src/sources/billing/invoice.ts';
import { ownerColumns, ownerOf } from '../../../src/raw/rows/owner.ts';
import { storedColumns } from '../../../src/raw/rows/table.ts';

test('a row belongs to the first owner that it names, and to none if it names none', () => {
  const columns = [{ entity: 'account', index: 2 }, { entity: 'invoice', index: 0 }];
  const owners = [['i1', 'x', 'a1'], ['i1', 'x', null], [null, 'x', null], []].map((row) => ownerOf(columns, row));
  expect(owners).toEqual(['account\ta1', 'invoice\ti1', 'none\t', 'none\t']);
});

test('an invoice belongs to its account', () => {
  const [first] = ownerColumns(invoice);
  expect([first?.entity, storedColumns(invoice)[first?.index ?? -1]?.sql]).toEqual(['account', 'account_id']);
});
