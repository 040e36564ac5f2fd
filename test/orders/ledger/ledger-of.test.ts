import { expect, test } from '@jest/globals';

import { accountTables, factColumns, type AccountFacts } from '../../../src/orders/facts/facts.ts';
import { ledgerOf } from '../../../src/orders/ledger/ledger-of.ts';

/** Facts in which every value is the name of its column. */
const facts = {
  brand: 'alpina',
  account: { account_id: 'account-1', currency: 'EUR' },
  ...Object.fromEntries(accountTables.map((name) => [name, [Object.fromEntries(factColumns[name].map((column) => [column, column]))]])),
} as unknown as AccountFacts;
const snake = (name: string): string => (name === 'id' ? 'source_id' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

test('every field comes from the column of its name', () => {
  const { brand, accountId, currency, ...lists } = ledgerOf(facts);
  expect({ brand, accountId, currency }).toEqual({ brand: 'alpina', accountId: 'account-1', currency: 'EUR' });
  for (const [name, rows] of Object.entries(lists) as [string, readonly object[]][]) {
    expect([name, rows.length]).toEqual([name, 1]);
    for (const [field, value] of Object.entries(rows[0] ?? {})) expect([name, field, value]).toEqual([name, field, snake(field)]);
  }
});
