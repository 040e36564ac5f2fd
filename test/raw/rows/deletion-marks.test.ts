import { expect, test } from '@jest/globals';

import { send } from '../../../src/sources/email/send.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { DeletionMarks } from '../../../src/raw/rows/deletion-marks.ts';
import { matchHeader } from '../../../src/raw/rows/header.ts';
import type { Entity } from '../../../src/sources/contract/contract.ts';

const COLUMNS = ['Id', 'AccountId', 'InvoiceNumber', 'InvoiceDate', 'Amount'];

function judged(name: string, values: readonly (string | null)[], entity: Entity = invoice, columns = COLUMNS): () => void {
  const marks = new DeletionMarks(entity, matchHeader(entity, [...columns, name]));
  for (const value of values) marks.observe([...columns.map(() => 'x'), value]);
  return () => marks.requireNone();
}

test.each([
  ['deleted_flag', ['false', '', 'true']],
  ['WasDeleted__c', ['0', '1']],
  ['soft-delete', ['No', null]],
])('%s with %j may mark deleted rows', (name, values) =>
  expect(judged(name, values)).toThrow(expect.objectContaining({ kind: 'refused', code: 'unknown_deletion_mark', message: expect.stringContaining(`"${name}"`) })),
);

test.each([
  ['DeletedDate', ['2026-03-01', '']],
  ['DeletedBy', ['anna', 'true']],
  ['deleted_flag', ['', null]],
  ['IsDeleted', ['true']],
  ['Reversed', ['true', 'false']],
])('%s with %j is none', (name, values) => expect(judged(name, values)).not.toThrow());

test('an entity whose rows are never deleted has none', () => expect(judged('deleted_flag', ['true'], send, ['EventId', 'OccurredAt'])).not.toThrow());
