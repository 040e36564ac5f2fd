import { beforeEach, expect, test } from '@jest/globals';

import { testClock } from '../support/suite/clock.ts';
import { customerLake, idsOf } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { BOTH, fill, ordersState, recordingOutbox, runStage, runStages } from '../support/stages/orders.ts';
import { dumpTables } from '../support/databases/tables.ts';
import { addByHand, changeByHand, deleteByHand } from '../support/databases/tampering.ts';

const LAKE = customerLake('20260301T050000Z', [{ number: 1, email: 'anna@mail.invalid' }, { number: 2, email: 'anna@mail.invalid', brand: 'belmont' }, { number: 3 }]);
const MENDING = [...BOTH].reverse();
const BOGUS = 'b0905'.padEnd(32, '0');
/** One column of each table that a hand may have changed, and the key that tells a copy of a row from it. */
const TABLES = [
  ['persons', { email_md5: 'x' }, { person_id: BOGUS }],
  ['customer_accounts', { outstanding: 7 }, { customer_account_id: BOGUS }],
  ['customer_accounts', { billing_accounts: 'no JSON' }, { person_id: BOGUS }],
  ['orders', { paid: 1 }, { order_id: BOGUS }],
  ['orders', { ordered_at: '1999-12-31' }, { account_id: BOGUS, person_id: BOGUS }],
  ['order_items', { quantity: '7' }, { item_id: BOGUS }],
  ['order_items', { lifecycle: 'cancelled' }, { account_id: BOGUS }],
  ['credit_notes', { credited: 0 }, { refund_id: BOGUS }],
  ['credit_note_items', { amount: 1 }, { item_no: 9 }],
  ['credit_note_items', { invoice_id: null }, { account_id: BOGUS }],
] as const;

describeEachDatabase('a recomputation of orders', (suite) => {
  const clock = testClock();
  const recompute = (changes: Parameters<typeof runStages>[3] = {}) => runStages(suite.database, clock, MENDING, { recompute: true, ...changes });

  beforeEach(async () => {
    await suite.empty();
    await fill(suite.database, LAKE, clock);
    await runStages(suite.database, clock);
  });

  test('mends what was changed, deleted and added by hand in any table, which an ordinary run does not', async () => {
    const right = await ordersState(suite.database);
    const where = (table: string): Record<string, string> => (table === 'persons' ? {} : { brand: 'alpina' });
    for (const [table, changed] of TABLES) await changeByHand(suite.database, table, where(table), changed);
    await runStages(suite.database, clock, MENDING, { version: '0.0.1' });
    const wrong = await ordersState(suite.database);
    for (const [table] of TABLES) expect(wrong[table]).not.toEqual(right[table]);
    await recompute();
    expect(await ordersState(suite.database)).toEqual(right);

    for (const [table, , key] of TABLES) await addByHand(suite.database, table, where(table), key);
    await recompute();
    expect(await ordersState(suite.database)).toEqual(right);

    for (const table of new Set(TABLES.map(([name]) => name))) await deleteByHand(suite.database, table, where(table));
    await recompute();
    expect(await ordersState(suite.database)).toEqual(right);
    for (const { totals } of await recompute()) expect(totals).toMatchObject({ persons: 2, mended: 0, taken_up_whole: 'recompute' });
  });

  test('leaves audit entries that say what was mended, and takes only who is chosen', async () => {
    const [own, other] = [idsOf(1).account, idsOf(3).account];
    for (const account of [own, other]) await changeByHand(suite.database, 'orders', { account_id: account }, { paid: 1 });
    const [attributed, assembled] = await recompute({ accounts: [own] });
    expect(assembled?.totals).toMatchObject({ persons: 1, mended: 0 });
    expect(attributed?.totals).toMatchObject({ persons: 1, mended: 1, updated: 1, changed_fields: { 'orders.paid': 1 } });
    const paid = (account: string) => suite.database.read((knex) => knex('orders').where({ account_id: account }).pluck<number[]>('paid'));
    expect([await paid(own), await paid(other)]).toEqual([[990], [1]]);
    const entries = await suite.database.read((knex) => knex('audit_log').where({ run_id: attributed?.run_id }).select('entity', 'action', 'delta'));
    expect(entries).toEqual([{ entity: 'order.order', action: 'update', delta: '{"paid":["1","990"]}' }]);

    await recompute({ brands: ['belmont'] });
    expect(await paid(other)).toEqual([1]);
    await recompute({ brands: ['alpina'] });
    expect(await paid(other)).toEqual([990]);
  });

  test('takes an account that only rows added by hand name, if it is asked for', async () => {
    const right = await ordersState(suite.database);
    await addByHand(suite.database, 'order_items', { brand: 'alpina' }, { account_id: BOGUS });
    await recompute({ accounts: [BOGUS] });
    expect(await ordersState(suite.database)).toEqual(right);
  });

  test('gives a document its text again in its own version and sends nothing; one of another checksum becomes a new version', async () => {
    const right = await ordersState(suite.database);
    const outbox = recordingOutbox();
    await changeByHand(suite.database, 'order_documents', { brand: 'alpina', version: 2 }, { doc: '{"order_id":"another"}' });
    const before = await suite.database.read((knex) => knex('order_documents').count());
    expect((await recompute({ outbox, dryRun: true }))[1]?.totals).toMatchObject({ mended: 2, documents: { mended: { alpina: 2 } } });
    await recompute({ outbox });
    expect(await ordersState(suite.database)).toEqual(right);
    expect([await suite.database.read((knex) => knex('order_documents').count()), outbox.events]).toEqual([before, []]);

    await changeByHand(suite.database, 'order_documents', { brand: 'belmont', version: 2 }, { doc_checksum: 'f'.repeat(16) });
    await recompute({ outbox });
    expect(await ordersState(suite.database)).toEqual(right);
    expect(outbox.events.map(({ kind, brand, version }) => [kind, brand, version])).toEqual([['order.changed', 'belmont', 3]]);
  });

  test('says as a dry run what would be mended, and changes nothing', async () => {
    await changeByHand(suite.database, 'orders', { brand: 'alpina' }, { paid: 1 });
    await deleteByHand(suite.database, 'order_items', { brand: 'belmont' });
    const before = await dumpTables(suite.database);
    const rehearsed = await runStage(suite.database, clock, 'assemble-orders', { recompute: true, dryRun: true });
    expect(rehearsed.totals).toMatchObject({ mended: 3, inserted: 1, updated: 2, deleted: 0 });
    expect(await dumpTables(suite.database)).toEqual(before);
  });
});
