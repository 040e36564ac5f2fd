import { expect, test } from '@jest/globals';

import { guessPlace } from '../../../src/feeds/sniff/guess-place.ts';

test.each([
  ['exports/2026/03/20/rechnungen_01.csv.gz', 'exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz', 'rechnungen', 'invoice'],
  ['full/20260320T100000Z/invoice_items.csv', 'full/{batch}/{entity}.csv', 'invoice_items', 'invoice_item'],
  ['Kunden-2026-03-20.csv', '{entity}-{yyyy}-{mm}-{dd}.csv', 'Kunden', 'account'],
  ['daily/credit_notes/20260320_part-0001.csv', 'daily/{entity}/{yyyy}{mm}{dd}_part-*.csv', 'credit_notes', 'credit_memo'],
  ['in/export.txt', 'in/{entity}.txt', 'export', undefined],
])('guessPlace reads %s', (path, where, file, entity) => {
  expect(guessPlace(path)).toMatchObject({ where, file, entity });
});
