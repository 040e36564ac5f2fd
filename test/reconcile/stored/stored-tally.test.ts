import { expect, test } from '@jest/globals';

import { InvariantTally } from '../../../src/reconcile/ledger/invariants.ts';
import { mendingLine, StoredTally, type WrongRecord } from '../../../src/reconcile/stored/stored.ts';

const wrong = (changes: Partial<WrongRecord> = {}): WrongRecord => ({ table: 'orders', subject: 'order', id: 'O1', brand: 'alpina', accountId: 'A1', what: 'changed', ...changes });

type Found = readonly ['enrich' | 'orders', WrongRecord, boolean?];

function tallyOf(...records: Found[]): { readonly tally: StoredTally; readonly invariants: InvariantTally } {
  const invariants = new InvariantTally();
  const tally = new StoredTally(invariants, ['alpina', 'belmont'], true);
  for (const [stage, record, isPending = false] of records) tally.add(stage, record, isPending);
  return { tally, invariants };
}

const linesOf = (...records: Found[]): string[] => tallyOf(...records).tally.mend.map(mendingLine);

test('what mends begins with the first stage that is wrong and goes on to the last', () => {
  expect(linesOf(['orders', wrong()])).toEqual(['hub assemble-orders --recompute --account A1']);
  expect(linesOf(['orders', wrong({ table: 'credit_note_items' })])).toEqual(['hub attribute-refunds --recompute --account A1', 'hub assemble-orders --recompute --account A1']);
  expect(linesOf(['orders', wrong()], ['enrich', wrong({ table: 'enriched_invoices', accountId: 'A0' })])).toEqual(
    ['enrich', 'attribute-refunds', 'assemble-orders'].map((command) => `hub ${command} --recompute --account A0 A1`),
  );
  expect(linesOf()).toEqual([]);
});

test('many accounts, and records of no account, are named by their brands; those of all brands by nothing', () => {
  const many = Array.from({ length: 11 }, (_, index) => ['orders', wrong({ accountId: `A${index}` })] as const);
  expect(linesOf(...many)).toEqual(['hub assemble-orders --recompute --brand alpina']);
  expect(linesOf(['orders', wrong({ accountId: undefined })])).toEqual(['hub assemble-orders --recompute --brand alpina']);
  expect(linesOf(['orders', wrong({ accountId: undefined })], ['orders', wrong({ brand: 'belmont' })])).toEqual(['hub assemble-orders --recompute']);
  expect(linesOf(['orders', wrong({ table: 'persons', brand: undefined, accountId: undefined })])).toEqual(['hub assemble-orders --recompute']);
});

test('what the next run may bring up to date is pending: it is neither listed nor to be mended', () => {
  const { tally, invariants } = tallyOf(['orders', wrong(), true]);
  expect([tally.mend, tally.listed]).toEqual([[], []]);
  expect(invariants.states.get('stored_orders')).toMatchObject({ broken: 0, pending: 1, samples: [] });
});

test('a record that two looks find is counted once', () => {
  const added = wrong({ what: 'added' });
  const { tally, invariants } = tallyOf(['orders', added], ['orders', added]);
  expect(tally.listed).toEqual([{ bridge: 'orders', brand: 'alpina', market: null, id: 'O1', reason: 'unexplained', change: 'added' }]);
  expect(invariants.states.get('stored_orders')).toMatchObject({ broken: 1, samples: ['order O1 of account A1'] });
});
