import { beforeEach, expect, test } from '@jest/globals';

import { checksum } from '../../src/core/hash.ts';
import type { LocalDate } from '../../src/core/time.ts';
import { parseShard } from '../../src/core/shard.ts';
import { auditHistory } from '../../src/engine/records/audit.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { catalogRows, customerLake, customerRows, idsOf, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { countsOf, enrich, enrichedState, importAll, rulesWith } from '../support/stages/enrich.ts';
import { batchOf, hexId } from '../support/lakes/lake.ts';

const FIRST = '20260301T050000Z';
const SECOND = '20260302T050000Z';
const LATER = '2026-03-02 04:00:00';

describeEachDatabase('runEnrich', (suite) => {
  beforeEach(() => suite.empty());

  const oneOf = async (table: string, id: string): Promise<Record<string, unknown>> => {
    const rows = await suite.database.read((knex) => knex(table).where({ source_id: id }));
    expect(rows).toHaveLength(1);
    return rows[0] as Record<string, unknown>;
  };

  test('classifies every record of a person and keeps amounts in minor units', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    const report = await enrich(suite.database, clock);
    const ids = idsOf(1);
    expect(countsOf(report)).toEqual({ inserted: 9, updated: 0, unchanged: 0, deleted: 0 });
    expect(await oneOf('enriched_accounts', ids.account)).toMatchObject({ market: 'AT', country: 'AT', is_test: 0, created_run: report.run_id });
    expect(await oneOf('enriched_subscriptions', ids.subscription)).toMatchObject({
      ...{ chain_id: ids.subscription, version: 1, is_latest: 1, class: 'standard', lifecycle: 'active', is_active: 1, funnel_step: 'frontend' },
    });
    expect(await oneOf('enriched_charges', ids.charge)).toMatchObject({ price: 990, currency: 'EUR', category: 'subscription', is_current: 1 });
    expect(await oneOf('enriched_invoice_lines', ids.line)).toMatchObject({ amount: 990, category: 'subscription', charge_type: 'Recurring', sku: 'TEA' });
    expect(await oneOf('enriched_refunds', ids.refund)).toMatchObject({ amount: 100, kind: 'goodwill' });
    expect(report.totals).toMatchObject({ active_subscriptions: { alpina: 1 }, orphans: {} });
  });

  test('calls a part of a price that is given back what the catalog calls it, where the charge is missing', async () => {
    const clock = testClock();
    const name = 'Tea - DISCOUNTED 10%';
    const lake = customerLake(FIRST, [{ number: 1 }]);
    const later = { UpdatedDate: LATER };
    const [line] = customerRows({ number: 1 })['invoice_item'] ?? [];
    writeRows(lake, SECOND, 'alpina', catalogRows({ Name: name, ...later }), {
      invoice_item: [{ ...line, ...later, RatePlanChargeId: hexId(0xbad), ChargeName: name, ChargeAmount: '-3.10' }],
    });
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    expect(await oneOf('enriched_invoice_lines', idsOf(1).line)).toMatchObject({ amount: -310, category: 'subscription' });
  });

  test('gives accounts the code of their country, however the contact writes it; what is no country stays as it is', async () => {
    const clock = testClock();
    const countries = ['USA', 'United states', 'Germany ', 'Czech Republic', 'Türkiye', 'Great Britain', 'Hongkong', 'Atlantis', ''];
    const lake = customerLake(FIRST, countries.map((_, number) => ({ number })));
    const contacts = countries.map((country, number) => ({ ...customerRows({ number })['contact']?.[0], Country: country, UpdatedDate: LATER }));
    writeRows(lake, SECOND, 'alpina', { contact: contacts });
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    const found = await Promise.all(countries.map(async (_, number) => (await oneOf('enriched_accounts', idsOf(number).account))['country']));
    expect(found).toEqual(['US', 'US', 'DE', 'CZ', 'TR', 'GB', 'HK', 'Atlantis', null]);
  });

  test('decides anew what was decided with other tables of currencies and countries', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1, currency: 'HUF', price: '1990.50' }]), clock);
    await enrich(suite.database, clock);
    const right = await enrichedState(suite.database);
    // As a program did that asked Intl: its version is made of program and rules alone.
    await suite.database.write(async (tx) => {
      await tx('enriched_invoices').update({ amount: 1990, checksum: checksum('1990') });
      await tx('stage_marks').where({ stage: 'enrich' }).update({ version: checksum(`0.0.0 ${rulesWith('', '', '').version}`) });
    });
    expect((await enrich(suite.database, clock)).totals).toMatchObject({ updated: 1 });
    expect(await enrichedState(suite.database)).toEqual(right);
    expect(await oneOf('enriched_invoices', idsOf(1).invoice)).toMatchObject({ amount: 199_050, currency: 'HUF' });
  });

  test('writes nothing in a second run, and takes nobody up', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1 }, { number: 2, brand: 'belmont' }]), clock);
    await enrich(suite.database, clock);
    const before = await enrichedState(suite.database);
    const again = await enrich(suite.database, clock);
    expect(again.totals).toMatchObject({ persons: 0, inserted: 0, updated: 0, deleted: 0 });
    expect(await enrichedState(suite.database)).toEqual(before);
  });

  test('finds the account of rows without AccountId through their parents', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1 }]), clock);
    await enrich(suite.database, clock);
    const whole = await enrichedState(suite.database);
    await suite.empty();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1, withAccountIds: false }]), clock);
    await enrich(suite.database, clock);
    expect(await enrichedState(suite.database)).toEqual(whole);
  });

  test('takes up a row without AccountId that arrives alone', async () => {
    const clock = testClock();
    const { invoice_item: lines = [], ...others } = customerRows({ number: 1, withAccountIds: false });
    const lake = customerLake(FIRST, []);
    writeRows(lake, FIRST, 'alpina', catalogRows(), others);
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    writeRows(lake, SECOND, 'alpina', { invoice_item: lines });
    await importAll(suite.database, lake, clock);
    expect(countsOf(await enrich(suite.database, clock))).toMatchObject({ inserted: 1, updated: 0, deleted: 0 });
  });

  test('takes everybody up after a table was filled whose owners are not noted one by one', async () => {
    const clock = testClock();
    const { contact: contacts = [], ...others } = customerRows({ number: 1 });
    const lake = customerLake(FIRST, []);
    writeRows(lake, FIRST, 'alpina', catalogRows(), others);
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    const strangers = Array.from({ length: 5_100 }, (_, index) => ({ ...contacts[0], Id: hexId(9_000_000 + index), AccountId: hexId(8_000_000 + index) }));
    writeRows(lake, SECOND, 'alpina', { contact: [...contacts, ...strangers] });
    await importAll(suite.database, lake, clock);
    expect(await suite.database.knex('raw_changes').where({ source: 'contact' }).pluck<string[]>('entity')).toContain('everybody');
    const report = await enrich(suite.database, clock);
    expect(report.totals).toMatchObject({ taken_up_whole: { alpina: 'first_load' } });
    expect(await oneOf('enriched_accounts', idsOf(1).account)).toHaveProperty('email_sha256', expect.stringMatching(/^[0-9a-f]{64}$/));
    expect((await enrich(suite.database, clock)).totals).toMatchObject({ persons: 0, taken_up_whole: {} });
    await suite.empty();
  });

  test('rewrites exactly the records that a changed rule concerns', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1, plan: 'Zauberwort Tea' }, { number: 2 }]), clock);
    await enrich(suite.database, clock);
    const rules = rulesWith('funnel-step.yaml', '[Front End, Frontend,', '[Zauberwort, Front End, Frontend,');
    const changed = await enrich(suite.database, clock, { rules });
    expect(changed.totals).toMatchObject({ taken_up_whole: { alpina: 'rules_changed' }, inserted: 0, updated: 3, deleted: 0 });
    expect(changed.totals['changed_fields']).toMatchObject({ 'subscriptions.funnel_step': 1, 'charges.funnel_step': 1, 'invoice_lines.funnel_step': 1 });
    const updated = await suite.database.read((knex) => knex('audit_log').where({ run_id: changed.run_id }).orderBy('entity').pluck<string[]>('entity'));
    expect(updated).toEqual(['enriched.invoice_item', 'enriched.rate_plan_charge', 'enriched.subscription']);
    expect((await enrich(suite.database, clock, { rules })).totals).toMatchObject({ persons: 0 });
  });

  test('takes up those for whom a date has come', async () => {
    const clock = testClock();
    const { subscription } = idsOf(1);
    await importAll(suite.database, customerLake(FIRST, [{ number: 1, cancelled: '2026-04-10' }, { number: 2 }]), clock);
    await enrich(suite.database, clock);
    expect(await oneOf('enriched_subscriptions', subscription)).toMatchObject({ lifecycle: 'active', next_date: '2026-04-10' });
    expect((await enrich(suite.database, clock, { asOf: '2026-04-09' as LocalDate })).totals).toMatchObject({ persons: 0 });
    expect((await enrich(suite.database, clock, { asOf: '2026-04-10' as LocalDate })).totals).toMatchObject({ persons: 1, updated: 1 });
    expect(await oneOf('enriched_subscriptions', subscription)).toMatchObject({ lifecycle: 'cancelled', is_active: 0, next_date: null });
    const back = await enrich(suite.database, clock, { asOf: '2026-04-01' as LocalDate });
    expect(back.totals).toMatchObject({ taken_up_whole: { alpina: 'earlier_date' }, updated: 1 });
    expect(await oneOf('enriched_subscriptions', subscription)).toMatchObject({ lifecycle: 'active', is_active: 1 });
  });

  test('takes up both persons when an e-mail changes, and notes both as changed', async () => {
    const clock = testClock();
    const shared = 'anna@mail.invalid';
    const lake = customerLake(FIRST, [{ number: 1, email: shared }, { number: 2, email: shared, brand: 'belmont' }, { number: 3 }]);
    await importAll(suite.database, lake, clock);
    expect((await enrich(suite.database, clock)).totals).toMatchObject({ persons: 2, accounts: 3 });
    const before = await oneOf('enriched_accounts', idsOf(1).account);
    const { contact = [] } = customerRows({ number: 2, email: 'Other@mail.invalid ', updated: LATER });
    writeRows(lake, SECOND, 'belmont', { contact });
    await importAll(suite.database, lake, clock);
    const report = await enrich(suite.database, clock);
    expect(report.totals).toMatchObject({ persons: 2, accounts: 2, updated: 1 });
    const after = await oneOf('enriched_accounts', idsOf(2).account);
    expect(after['person_id']).not.toBe(before['person_id']);
    const changed = await suite.database.read((knex) =>
      knex('enriched_changes').where('change_no', after['change_no'] as number).pluck<string[]>('person_id'),
    );
    expect(changed.sort()).toEqual([before['person_id'], after['person_id']].sort());
  });

  test('takes up the buyers of a changed charge of the catalog', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2, brand: 'belmont' }]);
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    writeRows(lake, SECOND, 'alpina', catalogRows({ ProductSKU: 'TEA-2', UpdatedDate: LATER }));
    await importAll(suite.database, lake, clock);
    const report = await enrich(suite.database, clock);
    expect(report.totals).toMatchObject({ persons: 1, updated: 2 });
    expect(await oneOf('enriched_invoice_lines', idsOf(1).line)).toMatchObject({ sku: 'TEA-2' });
  });

  test('deletes the records of deleted rows, with an audit entry', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }]);
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    writeRows(lake, SECOND, 'alpina', { refund: [{ ...customerRows({ number: 1, updated: LATER }).refund?.[0], Deleted: 'true' }] });
    clock.advance(60_000);
    await importAll(suite.database, lake, clock);
    clock.advance(60_000);
    expect(countsOf(await enrich(suite.database, clock))).toMatchObject({ inserted: 0, updated: 0, deleted: 1 });
    const history = await auditHistory(suite.database, 'refund', idsOf(1).refund);
    expect(history.map(({ entity, action }) => `${action} ${entity}`)).toEqual(['delete raw.refund', 'delete enriched.refund']);
  });

  test('counts broken references and rows of nobody, and gives missing accounts a record', async () => {
    const clock = testClock();
    const { account, contact, invoice, ...others } = customerRows({ number: 1, withAccountIds: false });
    const lake = customerLake(FIRST, []);
    writeRows(lake, FIRST, 'alpina', others);
    await importAll(suite.database, lake, clock);
    const report = await enrich(suite.database, clock);
    expect([account, contact, invoice].map((rows) => rows?.length)).toEqual([1, 1, 1]);
    expect(report.totals).toMatchObject({
      orphans: { 'account.source_id': 1, 'rate_plan_charge.product_rate_plan_charge_id': 1, 'invoice_payment.invoice_id': 1 },
      rows_without_account: { invoice_item: 1 },
    });
    expect(await oneOf('enriched_accounts', idsOf(1).account)).toMatchObject({ account_number: null, email_sha256: null });
  });

  test('keeps a chain in one piece when it moves to another owner', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2 }]);
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    const moved = {
      ...customerRows({ number: 1, updated: LATER }).subscription?.[0],
      ...{ Id: hexId(77), AccountId: idsOf(2).account, Version: '2', PreviousSubscriptionId: idsOf(1).subscription },
    };
    writeRows(lake, SECOND, 'alpina', { subscription: [moved] });
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    expect(await oneOf('enriched_subscriptions', hexId(77))).toMatchObject({ is_latest: 1, chain_id: idsOf(1).subscription, version: 2 });
    expect(await oneOf('enriched_subscriptions', idsOf(1).subscription)).toMatchObject({ is_latest: 0, is_active: 0, class: null });
  });

  test('takes up chosen accounts, batches and brands only, and leaves the marks where they are', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2, brand: 'belmont' }]);
    writeRows(lake, SECOND, 'alpina', customerRows({ number: 3 }));
    await importAll(suite.database, lake, clock);
    expect((await enrich(suite.database, clock, { accounts: [idsOf(1).account] })).totals).toMatchObject({ accounts: 1 });
    const range = { from: batchOf(SECOND), until: batchOf('20260303T000000Z') };
    expect((await enrich(suite.database, clock, { range })).totals).toMatchObject({ accounts: 1 });
    expect(await suite.database.read((knex) => knex('stage_marks').where({ stage: 'enrich' }))).toEqual([]);
    expect((await enrich(suite.database, clock, { brands: ['belmont'] })).totals).toMatchObject({ accounts: 1 });
    expect(await suite.database.read((knex) => knex('stage_marks').where({ stage: 'enrich' }).pluck<string[]>('brand'))).toEqual(['belmont']);
    await expect(enrich(suite.database, clock, { accounts: ['nobody'] })).rejects.toMatchObject({ code: 'unknown_account' });
  });

  test('writes nothing in a dry run, and counts the same', async () => {
    const clock = testClock();
    const lake = customerLake(FIRST, [{ number: 1 }, { number: 2 }]);
    await importAll(suite.database, lake, clock);
    const rehearsed = await enrich(suite.database, clock, { dryRun: true });
    for (const table of ['job_locks', 'enrich_queue', 'enrich_persons', 'enrich_owners', 'enriched_accounts', 'stage_marks']) {
      expect(await suite.database.read((knex) => knex(table).whereNot(table === 'job_locks' ? { name: 'import-billing/alpina/1/1' } : {}).limit(1))).toEqual(
        table === 'job_locks' ? expect.not.arrayContaining([expect.objectContaining({ run_id: rehearsed.run_id })]) : [],
      );
    }
    const done = await enrich(suite.database, clock);
    expect(countsOf(rehearsed)).toEqual(countsOf(done));
    writeRows(lake, SECOND, 'alpina', { subscription: customerRows({ number: 1, status: 'Suspended', updated: LATER }).subscription ?? [] });
    await importAll(suite.database, lake, clock);
    const second = await enrich(suite.database, clock, { dryRun: true });
    expect(second.totals).toMatchObject({ updated: 1, changed_fields: { 'subscriptions.status': 1, 'subscriptions.lifecycle': 1, 'subscriptions.is_active': 1 } });
    expect(await oneOf('enriched_subscriptions', idsOf(1).subscription)).toMatchObject({ lifecycle: 'active' });
  });

  test('divides the persons among shards, which together do all', async () => {
    const clock = testClock();
    const customers = Array.from({ length: 12 }, (_, index) => ({ number: index + 1, brand: index % 2 === 0 ? 'alpina' : 'belmont' }));
    await importAll(suite.database, customerLake(FIRST, customers), clock);
    await enrich(suite.database, clock);
    const whole = await enrichedState(suite.database);
    for (const table of Object.keys(whole)) await suite.database.write((tx) => tx(table).delete());
    const reports = [await enrich(suite.database, clock, { shard: parseShard('2/2') }), await enrich(suite.database, clock, { shard: parseShard('1/2') })];
    expect(reports.reduce((sum, { totals }) => sum + Number(totals['accounts']), 0)).toBe(12);
    expect(await enrichedState(suite.database)).toEqual(whole);
  });
});
