import { beforeEach, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { createOutbox } from '../../../src/relays/outbox.ts';
import { retentionNames, type Retention } from '../../../src/engine/retention-policy.ts';
import { runPurge } from '../../../src/privacy/retention/run-purge.ts';
import { findOrderHistory } from '../../../src/orders/history/history.repository.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { billingEntities } from '../../../src/sources/index.ts';
import { resolveRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock, type TestClock } from '../../support/suite/clock.ts';
import { catalogRows, customerRows, idsOf, writeRows } from '../../support/rows/customers.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { BRANDS, enrich, enrichedState, importAll } from '../../support/stages/enrich.ts';
import { importLake } from '../../support/stages/import.ts';
import { testLake, type TestLake } from '../../support/lakes/lake.ts';
import { fill, invoiceRows, ordersState, refundRows, runStages } from '../../support/stages/orders.ts';
import { purge, removedBy } from '../../support/stages/purge.ts';
import { answer, startReceiver } from '../../support/servers/receiver.ts';
import { crm, resend } from '../../support/stages/relays.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const DAY = 86_400_000;
/** Everything that is a day old. */
const NOTHING_KEPT = Object.fromEntries(retentionNames.map((name) => [name, 1])) as unknown as Retention;
const CHANGES = ['raw_changes', 'enriched_changes', 'enriched_product_changes', 'order_changes'];

/** Two days of two customers, of whom one changes on the second day. */
async function twoDays(suite: TestDatabase, clock: TestClock, url?: string): Promise<TestLake> {
  const lake = testLake();
  const stages = url === undefined ? {} : { outbox: createOutbox(suite.database, crm(url), clock) };
  writeRows(lake, '20260301T050000Z', 'alpina', catalogRows(), customerRows({ number: 1 }), customerRows({ number: 2 }));
  await fill(suite.database, lake, clock);
  await runStages(suite.database, clock, undefined, stages);
  clock.advance(DAY);
  writeRows(lake, '20260302T050000Z', 'alpina', invoiceRows(1, 1, '2026-02-20', '30.00', '2026-03-02 04:00:00'));
  await fill(suite.database, lake, clock);
  await runStages(suite.database, clock, undefined, stages);
  return lake;
}

describeEachDatabase('hub purge', (suite) => {
  beforeEach(() => suite.empty());

  test('keeps everything that is younger than the configuration says', async () => {
    const clock = testClock();
    await twoDays(suite, clock);
    const before = await dumpTables(suite.database);
    const report = await purge(suite.database, clock);
    expect(removedBy(report)).toEqual({});
    expect(report.items.map(({ retention }) => retention)).toEqual(expect.arrayContaining([...retentionNames]));
    const { job_runs: runs, job_locks: locks, counters, ...after } = await dumpTables(suite.database);
    expect([runs?.length, locks?.length, counters?.length]).toEqual([9, expect.any(Number), expect.any(Number)]);
    expect(after).toEqual(Object.fromEntries(Object.entries(before).filter(([table]) => Object.hasOwn(after, table))));
  });

  test('removes old audit entries, runs, and changes that all stages have taken up; later days come to the same', async () => {
    const clock = testClock();
    const lake = await twoDays(suite, clock);
    clock.advance(2 * DAY);
    await purge(suite.database, clock, NOTHING_KEPT);
    const dump = await dumpTables(suite.database, [...CHANGES, 'audit_log', 'job_runs']);
    expect(Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.length]))).toEqual({
      ...Object.fromEntries(CHANGES.map((table) => [table, 0])),
      audit_log: 0,
      job_runs: 1,
    });
    writeRows(lake, '20260305T050000Z', 'alpina', refundRows(2, 1, '2026-03-04', '5.00'), customerRows({ number: 3 }));
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    const [records, orders] = [await enrichedState(suite.database), await ordersState(suite.database)];
    await suite.empty();
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    expect([records, orders]).toEqual([await enrichedState(suite.database), await ordersState(suite.database)]);
  });

  test('keeps changes that a stage has not taken up yet', async () => {
    const clock = testClock();
    const lake = await twoDays(suite, clock);
    clock.advance(DAY);
    writeRows(lake, '20260303T050000Z', 'alpina', refundRows(2, 1, '2026-03-02', '5.00'));
    await importAll(suite.database, lake, clock);
    clock.advance(2 * DAY);
    await purge(suite.database, clock, NOTHING_KEPT);
    const waiting = await dumpTables(suite.database, ['raw_changes', 'enriched_changes']);
    expect([waiting['raw_changes']?.map((row) => [row['source'], row['entity_id']]), waiting['enriched_changes']]).toEqual([[['refund', idsOf(2).account]], []]);
    await enrich(suite.database, clock);
    await runStages(suite.database, clock);
    expect((await ordersState(suite.database))['credit_notes']).toHaveLength(3);
  });

  test('removes rows of the quarantine that are resolved, and no open one', async () => {
    const clock = testClock();
    const lake = testLake();
    const [contact = {}] = customerRows({ number: 3 })['contact'] ?? [];
    const broken = ['a', 'b', 'c'].map((text) => ({ ...contact, UpdatedDate: text }));
    writeRows(lake, '20260301T050000Z', 'alpina', catalogRows(), { contact: broken });
    await importLake(suite.database, lake, clock, { brands: BRANDS, entities: billingEntities, rejectLimit: parseRejectLimit('100%') });
    const ids = await suite.database.read((knex) => knex<{ rejected_id: string }>('rejected_rows').orderBy('rejected_id').pluck('rejected_id'));
    const resolve = (id: string | undefined): Promise<void> => suite.database.write((tx) => resolveRejects(tx, [id ?? ''], 'discarded', 'run' as never, clock));
    await resolve(ids[0]);
    clock.advance(200 * DAY);
    await resolve(ids[1]);
    clock.advance(200 * DAY);
    expect(removedBy(await purge(suite.database, clock, {}, { names: ['rejected_rows'] }))).toEqual({ 'rejected_rows: rejected_rows': 1 });
    expect(await suite.database.read((knex) => knex('rejected_rows').orderBy('rejected_id').pluck('rejected_id'))).toEqual(ids.slice(1));
  });

  test('removes the texts of replaced documents, bodies and attempts, and leaves what is in force', async () => {
    const clock = testClock();
    const receiver = await startReceiver(answer(200, 'thanks'));
    await twoDays(suite, clock, receiver.url);
    await resend(suite.database, crm(receiver.url), clock);
    const inForce = await ordersState(suite.database);
    clock.advance(400 * DAY);
    const report = await purge(suite.database, clock, {}, { names: ['order_documents', 'relay_bodies', 'relay_attempts'] });
    expect(removedBy(report)).toEqual({
      'order_documents: order_documents': 3,
      'relay_bodies: relays': 5,
      'relay_bodies: relay_attempts': 2,
      'relay_attempts: relay_attempts': 2,
    });
    expect(await ordersState(suite.database)).toEqual(inForce);
    const { order_documents: documents = [], relays = [] } = await dumpTables(suite.database, ['order_documents', 'relays']);
    expect(documents.map(({ version, doc }) => [version, doc === null]).sort()).toEqual([['1', true], ['1', true], ['2', false], ['2', true], ['3', false]]);
    expect(relays.map(({ state, payload }) => [state, payload]).sort()).toEqual([...Array.from({ length: 3 }, () => ['cancelled', null]), ['delivered', null], ['delivered', null]]);
    const changed = documents.find(({ version }) => version === '3');
    const history = await findOrderHistory(suite.database, 'order', String(changed?.['order_id']));
    expect(history?.places.map(({ says }) => says)).toEqual(expect.arrayContaining(['version 1, text removed', 'version 2, text removed', 'version 3']));
  });

  test('keeps the text of a document that was replaced lately, however old it is', async () => {
    const clock = testClock();
    const lake = await twoDays(suite, clock);
    clock.advance(400 * DAY);
    writeRows(lake, '20260401T050000Z', 'alpina', invoiceRows(1, 2, '2026-03-20', '40.00', '2026-04-01 04:00:00'));
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    await purge(suite.database, clock, {}, { names: ['order_documents'] });
    const versions = await suite.database.read((knex) => knex<{ account_id: string; version: number; doc: string | null }>('order_documents').where({ account_id: idsOf(1).account }).orderBy('version'));
    expect(versions.map(({ version, doc }) => [version, doc === null])).toEqual([[1, true], [2, true], [3, false], [4, false]]);
  });

  test('counts as a dry run what it then removes, and writes nothing', async () => {
    const clock = testClock();
    await twoDays(suite, clock);
    clock.advance(2 * DAY);
    const before = await dumpTables(suite.database);
    const rehearsed = await purge(suite.database, clock, NOTHING_KEPT, { dryRun: true });
    expect(await dumpTables(suite.database)).toEqual(before);
    const done = await purge(suite.database, clock, NOTHING_KEPT);
    expect(removedBy(done)).toEqual(removedBy(rehearsed));
    expect(done.totals).toEqual(rehearsed.totals);
    expect(Number(done.totals['removed'])).toBeGreaterThan(10);
    expect(removedBy(await purge(suite.database, clock, NOTHING_KEPT))).toEqual({});
  });

  test('stops between two steps when it is interrupted', async () => {
    const clock = testClock();
    await twoDays(suite, clock);
    clock.advance(2 * DAY);
    const interruption = new AbortController();
    interruption.abort();
    const services = { database: suite.database, clock, version: '0.0.0', signal: interruption.signal, progress: silentProgress };
    const purging = runPurge(services, { brands: BRANDS, retention: NOTHING_KEPT, names: retentionNames, dryRun: false });
    await expect(purging).rejects.toThrow(HubError);
    await expect(purging).rejects.toMatchObject({ kind: 'interrupted' });
    expect((await dumpTables(suite.database, ['job_runs']))['job_runs']?.at(-1)?.['status']).toBe('interrupted');
  });
});
