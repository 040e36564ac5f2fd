import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import { auditHistory, AuditWriter, deltaBetween, type AuditEntry } from '../../../src/engine/records/audit.repository.ts';
import { fillAuditLog, wideReads } from '../../support/rows/audit-lookups.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

const entry: AuditEntry = { brand: 'alpina', entity: 'raw.invoice', entityId: 'a', action: 'update', delta: { amount: ['1', '2'] } };

describeEachDatabase('the audit log', (suite) => {
  beforeEach(() => suite.empty());
  const write = (writer: AuditWriter, ...entries: AuditEntry[]) => suite.database.write((tx) => writer.write(suite.database, tx, entries));

  test('gives the history of a record, oldest first, over runs and stages, with or without the stage', async () => {
    const clock = testClock();
    await write(new AuditWriter('run-2' as RunId, clock), entry);
    clock.advance(1_000);
    const later = new AuditWriter('run-1' as RunId, clock);
    await write(later, { ...entry, action: 'delete', delta: undefined }, { ...entry, entityId: 'b' });
    await write(later, { ...entry, entity: 'enriched.invoice' });
    const history = await auditHistory(suite.database, 'invoice', 'a');
    expect(history.map(({ run_id: id, seq, entity, action, delta }) => [id, seq, entity, action, delta])).toEqual([
      ['run-2', 1, 'raw.invoice', 'update', '{"amount":["1","2"]}'],
      ['run-1', 1, 'raw.invoice', 'delete', null],
      ['run-1', 3, 'enriched.invoice', 'update', '{"amount":["1","2"]}'],
    ]);
    expect(await auditHistory(suite.database, 'raw.invoice', 'a')).toHaveLength(2);
    expect(await auditHistory(suite.database, 'voice', 'a')).toEqual([]);
  });

  test('gives the history of a record in brands that the configuration does not know', async () => {
    const member = { ...entry, entity: 'destinations.audience_member' };
    await write(new AuditWriter('run-1' as RunId, testClock()), { ...member, brand: 'alpina,belmont' }, { ...member, brand: '*' }, { ...member, brand: 'sold' });
    const history = await auditHistory(suite.database, 'audience_member', 'a');
    expect(history.map(({ brand }) => brand)).toEqual(['alpina,belmont', '*', 'sold']);
  });

  test('reads nothing but the entries of the records that are asked for, whatever else it holds', async () => {
    const ids = await fillAuditLog(suite.database, ['alpina', 'belmont', '*'], 'run-1');
    const writer = new AuditWriter('run-1' as RunId, testClock());
    let history: unknown[] = [];
    let changed = new Set<string>();
    const work = async (): Promise<void> => {
      history = await auditHistory(suite.database, ['invoice', 'order'], ids[7] ?? '');
      changed = await suite.database.write((tx) => writer.recordsOf(tx, 'raw.invoice', 'belmont', [...ids.slice(0, 5), 'unknown']));
    };
    expect(await wideReads(suite.database, work)).toEqual([]);
    expect(history).toHaveLength(9);
    expect([...changed].sort()).toEqual(ids.slice(0, 5));
    const scan = suite.database.knex('audit_log').where({ action: 'delete' });
    expect(await wideReads(suite.database, async () => scan.clone())).toHaveLength(1);
  });

  test('a transaction that is repeated takes new numbers', async () => {
    const writer = new AuditWriter('run-1' as RunId, testClock());
    await suite.database.rehearse((tx) => writer.write(suite.database, tx, [entry]));
    await write(writer, entry);
    expect((await auditHistory(suite.database, 'invoice', 'a')).map(({ seq }) => seq)).toEqual([2]);
  });

  test('keeps a delta with any text', async () => {
    const delta = { name: ['Ünï\t"quoted"\n\\', '😀'] };
    await write(new AuditWriter('run-1' as RunId, testClock()), { ...entry, delta });
    const [row] = await auditHistory(suite.database, 'invoice', 'a');
    expect(JSON.parse(row?.delta ?? '')).toEqual(delta);
  });
});

test('a delta shows old and new values, and is undefined between equal states', () => {
  expect(deltaBetween({ a: '1', b: 'x' }, { a: '2', b: 'x', c: 'new' })).toEqual({ a: ['1', '2'], c: ['new'] });
  expect(deltaBetween({ a: '1' }, { a: '1' })).toBeUndefined();
  const long = 'a long text '.repeat(20);
  expect(deltaBetween({ a: long }, { a: `${long}!` })).toEqual({ a: [long, `${long}!`] });
});
