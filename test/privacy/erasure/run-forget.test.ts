import { beforeEach, expect, test } from '@jest/globals';

import { md5Hex, sha256Hex } from '../../../src/core/hash.ts';
import { runForget } from '../../../src/privacy/erasure/run-forget.ts';
import { createOutbox } from '../../../src/relays/outbox.ts';
import { billingEntities, emailEvents } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { fillAuditLog, wideReads } from '../../support/rows/audit-lookups.ts';
import { testClock } from '../../support/suite/clock.ts';
import { catalogRows, customerRows, idsOf, writeRows, type Rows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { eventRow, fold, importEmail, writeEvents } from '../../support/stages/email.ts';
import { BRANDS, enrich } from '../../support/stages/enrich.ts';
import { workspace } from '../../support/program/hub.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, testLake, type TestLake } from '../../support/lakes/lake.ts';
import { personIdOf } from '../../../src/enriched/facts/person.ts';
import { insertMetrics } from '../../support/rows/metric-tables.ts';
import { buildMetrics, metricsState } from '../../support/stages/metrics.ts';
import { ID_KEY, runStages } from '../../support/stages/orders.ts';
import { purge } from '../../support/stages/purge.ts';
import { reconcileAll } from '../../support/stages/reconcile.ts';
import { crm } from '../../support/stages/relays.ts';
import { dumpTables, type TableDump } from '../../support/databases/tables.ts';

const EMAIL = 'xaverine.quellmann@mail.invalid';
const HASH = sha256Hex(EMAIL);
const [FIRST, BACKFILL] = ['20260301T050000Z', '20260302T050000Z'];
const ALL = { brands: BRANDS, entities: billingEntities, rejectLimit: parseRejectLimit('50%') };
const WHOLE = { from: '20260101T000000Z', until: '20270101T000000Z' } as never;
/** What must not be found anywhere, in lower case. */
const TRACES = ['xaverine', 'quellmann', '0664 7788991', '7788991', 'lindenhof'];
/** Tables that are to keep the hash, so that nobody brings the person back. */
const MEMORY = ['suppressions', 'erasures', 'erased_records'];

/** A customer with a name that nobody else has, in every place in which a name can stand. */
function person(number: number, updated = '2026-03-01 04:00:00'): Rows {
  const rows = customerRows({ number, email: EMAIL, updated });
  const change = (entity: string, values: Readonly<Record<string, string>>): Rows => ({ [entity]: (rows[entity] ?? []).map((row) => ({ ...row, ...values })) });
  return {
    ...rows,
    ...change('account', { Name: 'Xaverine Quellmann', Notes: 'calls herself Xaverine' }),
    ...change('contact', { FirstName: 'Xaverine', LastName: 'Quellmann', WorkPhone: '0664 7788991', Address1: 'Am Lindenhof 3' }),
    ...change('subscription', { Notes: `Xaverine wrote from ${EMAIL}` }),
    ...change('refund', { Comment: 'Kulanz Frau Quellmann' }),
  };
}

function lakeWithPerson(): TestLake {
  const lake = testLake();
  writeRows(lake, FIRST, 'alpina', catalogRows(), person(1), customerRows({ number: 2 }));
  const [contact = {}] = customerRows({ number: 3 })['contact'] ?? [];
  // A contact that is quarantined, and one that is repaired: an unescaped comma shifts the row.
  const broken = { ...contact, Id: idsOf(3).contact, FirstName: 'Xaverine', LastName: 'Quellmann', WorkEmail: EMAIL, UpdatedDate: 'yesterday' };
  const text = csv([...(person(1)['contact'] ?? []), ...(customerRows({ number: 2 })['contact'] ?? []), broken], Object.keys((person(1)['contact'] ?? [])[0] ?? {}));
  lake.write('contact', FIRST, text, { brand: 'alpina' });
  writeEvents(lake, 'send', FIRST, [eventRow('send', 1, { Email: EMAIL }), eventRow('send', 2)]);
  writeEvents(lake, 'open', FIRST, [eventRow('open', 1, { Email: EMAIL, IpAddress: '203.0.113.9', UserAgent: 'Quellmann Mail' })]);
  return lake;
}

describeEachDatabase('hub forget', (suite) => {
  const clock = testClock();
  let lake: TestLake;

  const forget = (changes: { readonly dryRun?: boolean } = {}) =>
    runForget({ database: suite.database, clock, version: '0.0.0', signal: new AbortController().signal }, { emailSha256: HASH, brands: BRANDS, dryRun: false, ...changes });
  const bringUp = async (): Promise<void> => {
    await enrich(suite.database, clock);
    await runStages(suite.database, clock, undefined, { outbox: createOutbox(suite.database, crm('https://crm.invalid/hook'), clock) });
    await buildMetrics(suite.database, clock);
  };
  /** Tables and columns in which a trace of the person stands. */
  const tracesIn = (dump: Readonly<Record<string, TableDump>>, traces: readonly string[]): string[] =>
    Object.entries(dump).flatMap(([table, rows]) =>
      rows.flatMap((row) => Object.entries(row).flatMap(([column, value]) => (traces.some((trace) => (value ?? '').toLowerCase().includes(trace)) ? [`${table}.${column}`] : []))),
    );

  beforeEach(async () => {
    await suite.empty();
    lake = lakeWithPerson();
    await importLake(suite.database, lake, clock, ALL);
    await importEmail(suite.database, lake, clock);
    await fold(suite.database, clock);
    await bringUp();
    writeRows(lake, BACKFILL, 'alpina', { contact: (person(1, '2026-03-02 04:00:00')['contact'] ?? []).map((row) => ({ ...row, City: 'Quellmannstadt' })) });
    await importLake(suite.database, lake, clock, ALL);
    await bringUp();
  });

  test('leaves no address, name, phone number or hash in any table but what keeps imports from bringing them back', async () => {
    const before = await dumpTables(suite.database);
    const places = new Set(tracesIn(before, TRACES).map((place) => place.split('.')[0]));
    for (const table of ['raw_accounts', 'raw_contacts', 'raw_refunds', 'raw_subscriptions', 'rejected_rows', 'enriched_refunds', 'audit_log']) expect([...places]).toContain(table);
    expect(tracesIn(before, [HASH])).toContain('relays.payload');

    const report = await forget();

    const after = await dumpTables(suite.database);
    expect(tracesIn(after, TRACES)).toEqual([]);
    const hashes = [HASH, HASH.slice(0, 32), md5Hex(EMAIL)];
    expect(tracesIn(after, hashes).filter((place) => !MEMORY.includes(place.split('.')[0] ?? ''))).toEqual([]);
    expect(report.totals).toMatchObject({ receipt: expect.stringMatching(/^erasure_[0-9a-f]{24}$/), removals_pending: 0 });
    expect(JSON.stringify(report)).not.toContain(HASH.slice(0, 32));
    expect(after['suppressions']).toEqual([expect.objectContaining({ email_sha256: HASH, reason: 'erased' })]);
  });

  test('keeps the ledger whole, for this person and everybody else', async () => {
    const money = async (): Promise<unknown> => (await reconcileAll(suite.database, clock)).report.totals.money.map(({ measure, currency, hub }) => [measure, currency, hub]);
    const before = await money();
    const others = (await dumpTables(suite.database, ['orders'])) ['orders']?.filter((row) => row['account_id'] === idsOf(2).account);

    await forget();
    await bringUp();

    expect(await money()).toEqual(before);
    const found = await reconcileAll(suite.database, clock);
    expect(found.report.warnings).toEqual([]);
    expect(found.report.status).toBe('succeeded');
    expect((await dumpTables(suite.database, ['orders']))['orders']?.filter((row) => row['account_id'] === idsOf(2).account)).toEqual(others);
    expect(tracesIn(await dumpTables(suite.database), TRACES)).toEqual([]);
  });

  test('takes the metrics of the person away; the next build sums up what is left, as one of everything does', async () => {
    const accounts = async (): Promise<unknown[]> => (await metricsState(suite.database))['revenue_facts']?.map((row) => row['account_id']) ?? [];
    expect(await accounts()).toContain(idsOf(1).account);
    const predicted = { brand: 'alpina', currency: 'EUR', model: 'sbg', expected_value: 100, horizon: 36, model_id: 'm', person_id: personIdOf(HASH) };
    await insertMetrics(suite.database, 'customer_predictions', [predicted, { ...predicted, person_id: 'somebody-else' }]);

    await forget();

    expect((await metricsState(suite.database))['customer_predictions']?.map((row) => row['person_id'])).toEqual(['somebody-else']);
    expect(await accounts()).not.toContain(idsOf(1).account);
    expect(await accounts()).toContain(idsOf(2).account);
    await bringUp();
    const state = await metricsState(suite.database);
    expect(state['revenue_facts']?.map((row) => row['account_id'])).toContain(idsOf(1).account);
    expect((await buildMetrics(suite.database, clock, { rebuild: true })).totals).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    expect(await metricsState(suite.database)).toEqual(state);
  });

  test('is not undone by importing everything again, nor by a new account of the person', async () => {
    await forget();
    await bringUp();
    const stored = await dumpTables(suite.database, ['raw_contacts', 'raw_accounts', 'raw_refunds', 'email_sends', 'email_opens']);

    await importLake(suite.database, lake, clock, { ...ALL, range: WHOLE });
    await importEmail(suite.database, lake, clock, { range: WHOLE });
    expect(await dumpTables(suite.database, Object.keys(stored))).toEqual(stored);

    writeRows(lake, '20260305T050000Z', 'alpina', person(9, '2026-03-05 04:00:00'));
    const { report } = await importLake(suite.database, lake, clock, ALL);
    await fold(suite.database, clock);
    await bringUp();

    expect(report.status).toBe('succeeded');
    const after = await dumpTables(suite.database);
    expect(after['raw_accounts']?.map((row) => row['source_id'])).toContain(idsOf(9).account);
    expect(tracesIn(after, TRACES)).toEqual([]);
    expect(tracesIn(after, [HASH]).filter((place) => !MEMORY.includes(place.split('.')[0] ?? ''))).toEqual([]);
    expect((await reconcileAll(suite.database, clock)).report.warnings).toEqual([]);
  });

  test('takes up first what an interrupted import left, and erases what purged events said', async () => {
    await purge(suite.database, clock, { email_events: 1 });
    writeEvents(lake, 'unsubscribe', BACKFILL, [eventRow('unsubscribe', 1, { Email: EMAIL })]);
    await importLake(suite.database, lake, clock, { command: 'import-email', entities: emailEvents });
    const before = await dumpTables(suite.database);
    for (const place of ['email_touches.content', 'email_purged_states.subject']) expect(tracesIn(before, [HASH])).toContain(place);

    await forget();

    const after = await dumpTables(suite.database);
    expect(tracesIn(after, [HASH, HASH.slice(0, 32)]).filter((place) => !MEMORY.includes(place.split('.')[0] ?? ''))).toEqual([]);
    await fold(suite.database, clock);
    expect((await dumpTables(suite.database, ['email_subscribers']))['email_subscribers']?.map((row) => row['email_sha256'])).not.toContain(HASH);
  });

  test('killed before its commit has erased nothing; run again it is done, and tells of nobody', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY });
    const tables = ['raw_contacts', 'enriched_accounts', 'audit_log', 'erasures', 'suppressions'];
    const before = await dumpTables(suite.database, tables);

    expect((await place.hub(['forget', ` ${EMAIL.toUpperCase()}`], { HUB_FAILPOINT: 'forget.written' })).code).toBe('SIGKILL');
    expect(await dumpTables(suite.database, tables)).toEqual(before);

    const { code, stdout, stderr } = await place.hub(['forget', '--hash', HASH]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^forget: done, \d+ records erased/);
    expect(TRACES.filter((trace) => stdout.toLowerCase().includes(trace))).toEqual([]);
    expect(tracesIn(await dumpTables(suite.database), TRACES)).toEqual([]);
  }, 60_000);

  test('finds the entries of the audit log, in brands that are no longer configured too, and reads all of it but once', async () => {
    const personId = HASH.slice(0, 32);
    await fillAuditLog(suite.database, ['sold'], 'long-ago');
    await suite.database.knex('audit_log').where({ run_id: 'long-ago', seq: 1 }).update({ entity_id: personId, delta: JSON.stringify({ a: [EMAIL] }) });

    // Somebody else's entry may name the address: that pass goes by the primary key.
    expect((await wideReads(suite.database, () => forget())).filter((sql) => !sql.includes('`run_id`') && !sql.includes('"run_id"'))).toEqual([]);

    const { receipt } = (await forget()).totals;
    expect(await suite.database.knex('audit_log').where({ run_id: 'long-ago', seq: 1 }).select('entity_id', 'delta')).toEqual([{ entity_id: receipt, delta: null }]);
    expect(await suite.database.knex('audit_log').where({ run_id: 'long-ago', seq: 2 }).select('delta')).toEqual([{ delta: '{"a":["1","2"]}' }]);
  });

  test('changes nothing as a dry run, tells the same counts, and gives the same receipt again', async () => {
    const before = await dumpTables(suite.database);
    const rehearsed = await forget({ dryRun: true });
    expect(await dumpTables(suite.database)).toEqual(before);

    const first = await forget();
    expect(first.items).toEqual(rehearsed.items);
    clock.advance(60_000);
    const second = await forget();
    expect(second.totals).toMatchObject({ receipt: first.totals['receipt'], erased_at: first.totals['erased_at'], records: 0 });
  });
});
