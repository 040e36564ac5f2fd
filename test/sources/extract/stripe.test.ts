import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { stripe } from '../../../src/sources/platforms/stripe/stripe.ts';
import { literal } from '../../simulators/http/simulator.ts';
import { StripeSimulator, type StripeObject } from '../../simulators/stripe/stripe.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, valuesOf, type Ask, type Extraction } from './extraction.ts';

const DAY_S = 86_400;
const START_S = Date.parse('2026-11-26T00:00:00Z') / 1_000;
const SECRETS = new Map([['API_KEY', 'rk_test_simulated']]);

describeEachDatabase('extracting from Stripe', (suite) => {
  let simulator: StripeSimulator;
  let lake: SourceLake;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, more: Partial<Extraction> = {}) => extractFrom({ ...extraction, ...more }, ask);
  const idsOf = async (stream: string): Promise<string[]> => valuesOf(await recordsInLake(lake, stream, 'stripe'));
  const charge = (id: string, created: number, more: object = {}): StripeObject => ({ id, object: 'charge', created, amount: 1_000, currency: 'chf', status: 'succeeded', ...more });

  beforeEach(async () => {
    await suite.empty();
    simulator = await new StripeSimulator().start();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    extraction = { database: suite.database, lake, platform: stripe, simulator, secrets: SECRETS, waits };
  });
  afterEach(() => simulator.close());

  test('takes all pages, newest first, across page and window edges, and each record once', async () => {
    // 250 of them in the two seconds around midnight: equal instants across page edges and at the window's edge.
    const edge = START_S + DAY_S;
    for (let index = 0; index < 250; index++) simulator.put('balance_transactions', { id: `txn_${String(index).padStart(4, '0')}`, created: index % 2 === 0 ? edge : edge - 1, amount: 1, currency: 'eur', type: 'charge' });
    const report = await extract({ streams: ['balance_transactions'] });
    expect(report.items).toMatchObject([{ stream: 'balance_transactions', records: 250, batches: 2, status: 'done', cursor: '2026-11-28T10:00:00.000Z' }]);
    const ids = await idsOf('balance_transactions');
    expect(new Set(ids).size).toBe(250);
    expect(ids).toHaveLength(250);
    const again = await extract({ streams: ['balance_transactions'] });
    expect(again.totals).toMatchObject({ records: 0, requests: 0 });
  });

  test('leaves one that is created while pages are read to the next run', async () => {
    for (let index = 0; index < 150; index++) simulator.put('balance_transactions', { id: `txn_${index}`, created: START_S + index, amount: 1, currency: 'eur', type: 'charge' });
    let made = 0;
    simulator.beforeAnswer = () => {
      if (made++ > 0) return;
      simulator.now += 5_000;
      simulator.put('balance_transactions', { id: 'txn_late', created: simulator.nowSeconds, amount: 1, currency: 'eur', type: 'charge' });
    };
    await extract({ streams: ['balance_transactions'] });
    expect(await idsOf('balance_transactions')).toHaveLength(150);
    simulator.now += 60_000;
    await extract({ streams: ['balance_transactions'] });
    expect(await idsOf('balance_transactions')).toEqual(expect.arrayContaining(['txn_late']));
    expect(await idsOf('balance_transactions')).toHaveLength(151);
  });

  test('keeps the digits of numbers, whatever the form of the answer', async () => {
    simulator.put('charges', charge('ch_1', START_S, { amount: literal('9007199254740993'), exchange_rate: literal('1.10'), note: 'a  "b"\n c' }));
    await extract({ streams: ['charges'] });
    expect(await recordsInLake(lake, 'charges', 'stripe')).toEqual([
      `{"id":"ch_1","object":"charge","created":${START_S},"amount":9007199254740993,"currency":"chf","status":"succeeded","exchange_rate":1.10,"note":"a  \\"b\\"\\n c"}`,
    ]);
  });

  test('lists objects first, then reads those that events name, each once and as it is now', async () => {
    for (let index = 0; index < 3; index++) simulator.put('charges', charge(`ch_${index}`, START_S + index));
    await extract({ streams: ['charges'] });
    expect(await idsOf('charges')).toEqual(['ch_2', 'ch_1', 'ch_0']);
    simulator.now += 4 * 3_600_000;
    simulator.put('charges', charge('ch_1', START_S + 1, { amount_refunded: 500 }), 'charge.refunded');
    simulator.put('charges', charge('ch_1', START_S + 1, { amount_refunded: 700 }), 'charge.updated');
    simulator.put('charges', charge('ch_9', simulator.nowSeconds), 'charge.succeeded');
    simulator.event('customer.updated', charge('cus_1', START_S));
    simulator.now += 60_000;
    const report = await extract({ streams: ['charges'] });
    expect(report.items).toMatchObject([{ records: 2, requests: 3 }]);
    const [, changed] = await lake.batches({ platform: 'stripe', stream: 'charges', account: 'main' });
    expect(changed).toBeDefined();
    expect((await recordsInLake(lake, 'charges', 'stripe')).slice(3).map((record) => JSON.parse(record) as unknown)).toMatchObject([{ id: 'ch_9' }, { id: 'ch_1', amount_refunded: 700 }]);
  });

  test('counts what an event names and is gone, and tells of a customer who was deleted', async () => {
    await extract({ streams: ['charges', 'customers'] });
    simulator.now += 3_600_000;
    simulator.event('charge.updated', charge('ch_gone', START_S));
    simulator.put('customers', { id: 'cus_1', object: 'customer', created: START_S, deleted: true }, 'customer.deleted');
    simulator.now += 1_000;
    const report = await extract({ streams: ['charges', 'customers'] });
    expect(report.items).toMatchObject([{ stream: 'charges', records: 0, skipped: 1, batches: 0 }, { stream: 'customers', records: 1 }]);
    expect(JSON.parse((await recordsInLake(lake, 'customers', 'stripe'))[0] ?? '')).toMatchObject({ id: 'cus_1', deleted: true });
  });

  test('lists everything anew after more than 29 days, as the events between are gone', async () => {
    simulator.put('charges', charge('ch_old', START_S));
    await extract({ streams: ['charges'] });
    simulator.put('charges', charge('ch_old', START_S, { amount_refunded: 1 }), 'charge.refunded');
    simulator.now += 31 * DAY_S * 1_000;
    const report = await extract({ streams: ['charges'] });
    expect(report.items).toMatchObject([{ stream: 'charges', records: 1, cursor: '2026-12-29T10:00:00.000Z' }]);
    expect(JSON.parse((await recordsInLake(lake, 'charges', 'stripe'))[1] ?? '')).toMatchObject({ id: 'ch_old', amount_refunded: 1 });
  });

  test('names the payout of each of its movements, and passes over one that was made by hand', async () => {
    for (const id of ['po_1', 'po_2']) simulator.put('payouts', { id, object: 'payout', created: START_S, amount: 5, currency: 'eur', status: 'paid' });
    simulator.movements.set('po_1', [{ id: 'txn_1', created: START_S, amount: 3, currency: 'eur', type: 'charge' }, { id: 'txn_2', created: START_S, amount: 2, currency: 'eur', type: 'charge' }]);
    simulator.spoil({ request: /payout=po_2/, how: { status: 400, body: '{"error":{"type":"invalid_request_error","message":"Balance transaction history can only be filtered on automatic transfers, not manual."}}' } });
    const report = await extract({ streams: ['payout_movements'] });
    expect(report.items).toMatchObject([{ records: 2, skipped: 1 }]);
    expect(valuesOf(await recordsInLake(lake, 'payout_movements', 'stripe'), '__parentId')).toEqual(['po_1', 'po_1']);
  });

  test('tries again what failed for a moment, and writes nothing of half an answer', async () => {
    for (let index = 0; index < 150; index++) simulator.put('charges', charge(`ch_${index}`, START_S + 60));
    simulator.spoil(
      { request: /v1\/charges/, how: { status: 500, body: '{"error":{"type":"api_error"}}' } },
      { request: /v1\/charges/, how: 'reset' },
      { request: /v1\/charges/, how: 'cut' },
      { request: /v1\/charges/, how: 'cut gzip' },
      { request: /v1\/charges/, how: { status: 200, body: '<!doctype html>' } },
      { request: /v1\/charges/, how: { status: 400, headers: { 'stripe-should-retry': 'true' }, body: '{"error":{"type":"api_error"}}' } },
      { request: /starting_after/, how: 'cut' },
    );
    const report = await extract({ streams: ['charges'] });
    expect(report.status).toBe('succeeded');
    expect(simulator.unmet).toBe(0);
    expect(new Set(await idsOf('charges')).size).toBe(150);
    expect(await idsOf('charges')).toHaveLength(150);
    // Twice as long with each try of a request.
    expect(waits.filter((ms) => ms >= 1_000)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 1_000]);
  });

  test('waits as it is told, and leaves a stream out that would wait too long', async () => {
    const throttled = (seconds?: string) => ({ request: /v1\/charges/, how: { status: 429, ...(seconds === undefined ? {} : { headers: { 'retry-after': seconds } }), body: '{"error":{"code":"rate_limit"}}' } });
    simulator.spoil(throttled('13'), throttled());
    expect((await extract({ streams: ['charges'] })).status).toBe('succeeded');
    expect(waits.filter((ms) => ms >= 1_000)).toEqual([13_000, 2_000]);
    simulator.now += 3_600_000;
    simulator.spoil({ ...throttled('86400'), request: /v1\/events/ });
    const exhausted = await extract({ streams: ['charges', 'balance_transactions'] });
    expect(exhausted.status).toBe('refused');
    expect(exhausted.totals).toMatchObject({ failed: 0, waiting: 1 });
    expect(exhausted.items).toMatchObject([{ stream: 'balance_transactions', status: 'done' }, { stream: 'charges', status: 'waiting', error_code: 'throttled' }]);
    const [requests, before] = [simulator.requests.length, exhausted.items[1]?.['throttled_until']];
    const later = await extract({ streams: ['charges'] });
    expect(later.items).toMatchObject([{ stream: 'charges', status: 'left_out', throttled_until: before }]);
    expect(later.status).toBe('succeeded');
    expect(simulator.requests).toHaveLength(requests);
    simulator.now += 2 * DAY_S * 1_000;
    expect((await extract({ streams: ['charges'] })).status).toBe('succeeded');
  });

  test('ends the account whose key is refused, and tells no secret', async () => {
    simulator.key = 'rk_test_another';
    const report = await extract();
    expect(report.status).toBe('refused');
    expect(new Set(report.items.map(({ error_code: code }) => code))).toEqual(new Set(['wrong_key']));
    expect(report.items).toHaveLength(8);
    expect(simulator.requests).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain('rk_test_simulated');
  });

  test('writes nothing of another version than the pinned one, unless the account allows it', async () => {
    simulator.put('charges', charge('ch_1', START_S));
    simulator.version = '2027-03-01.future';
    const report = await extract({ streams: ['charges'] });
    expect(report.items).toMatchObject([{ error_code: 'version_changed', status: 'failed' }]);
    expect(await lake.feeds()).toEqual([]);
    expect((await extract({ streams: ['charges'] }, { account: { on_version_change: 'warn' } })).status).toBe('succeeded');
    expect(await idsOf('charges')).toEqual(['ch_1']);
  });

  test('ends a stream whose pages come again, and the others go on', async () => {
    simulator.put('charges', charge('ch_1', START_S));
    simulator.put('refunds', { id: 're_1', created: START_S, amount: 1, currency: 'eur' });
    const page = { status: 200, body: `{"object":"list","has_more":true,"data":[{"id":"ch_1","created":${START_S}}]}` };
    simulator.spoil({ request: /v1\/charges/, how: page }, { request: /v1\/charges/, how: page });
    const report = await extract({ streams: ['charges', 'refunds'] });
    expect(report.items).toMatchObject([{ stream: 'charges', error_code: 'page_loop' }, { stream: 'refunds', status: 'done', records: 1 }]);
    expect(await idsOf('charges')).toEqual([]);
    // What was open is ended with its own slice by the next run.
    expect((await extract({ streams: ['charges'] })).items).toMatchObject([{ records: 1, status: 'done' }]);
  });

  test('a backfill reads its days again and leaves the state', async () => {
    simulator.put('charges', charge('ch_1', START_S));
    await extract({ streams: ['charges'] });
    const report = await extract({ streams: ['charges'], from: '2026-11-26', to: '2026-11-27' });
    expect(report.items).toMatchObject([{ records: 1, batches: 1, cursor: '2026-11-28T10:00:00.000Z' }]);
    const [, backfill] = await lake.batches({ platform: 'stripe', stream: 'charges', account: 'main' });
    if (backfill === undefined) throw new Error('no batch');
    expect(await lake.manifest({ platform: 'stripe', stream: 'charges', account: 'main', batch: backfill })).toMatchObject({ backfill: true, slice: { from: '2026-11-26T00:00:00.000Z', to: '2026-11-27T00:00:00.000Z' } });
  });

  test('a dry run asks for a page and writes nothing', async () => {
    for (let index = 0; index < 250; index++) simulator.put('charges', charge(`ch_${index}`, START_S, { brand_new: 1 }));
    const report = await extract({ streams: ['charges'], dryRun: true });
    expect(report.items).toMatchObject([{ stream: 'charges', requests: 1, records: 100, slices: 3, version: '2026-10-28.endive', unknown_fields: ['brand_new'], next_from: '2026-11-26T00:00:00.000Z' }]);
    expect(report.items[0]?.['missing_fields']).toContain('amount_captured');
    expect(await lake.feeds()).toEqual([]);
    expect(await suite.database.read((knex) => knex('extract_batches').select())).toEqual([]);
    expect(await suite.database.read((knex) => knex('job_runs').select())).toEqual([]);
  });

  test('sends no more requests than it may, and goes on later', async () => {
    for (let index = 0; index < 250; index++) simulator.put('charges', charge(`ch_${index}`, START_S));
    const report = await extract({ streams: ['charges'], maxRequests: 2 });
    expect(report.items).toMatchObject([{ status: 'waiting', error_code: 'request_limit', requests: 2 }]);
    expect((await extract({ streams: ['charges'] })).items).toMatchObject([{ status: 'done', records: 250 }]);
  });

  test('reads events from where a listing began that took several runs', async () => {
    for (let index = 0; index < 250; index++) simulator.put('charges', charge(`ch_${index}`, START_S + (index < 50 ? 0 : DAY_S)));
    // The first day is listed, the second is not.
    await extract({ streams: ['charges'], maxRequests: 2 });
    expect(await idsOf('charges')).toHaveLength(50);
    simulator.now += 5 * 3_600_000;
    simulator.put('charges', charge('ch_1', START_S, { amount_refunded: 9 }), 'charge.refunded');
    simulator.now += 5 * 3_600_000;
    await extract({ streams: ['charges'] });
    simulator.now += 3_600_000;
    expect((await extract({ streams: ['charges'] })).items).toMatchObject([{ records: 1 }]);
    expect(JSON.parse((await recordsInLake(lake, 'charges', 'stripe')).at(-1) ?? '')).toMatchObject({ id: 'ch_1', amount_refunded: 9 });
  });

  test('the manifest says what was asked and what differs, without a credential', async () => {
    simulator.put('charges', charge('ch_1', START_S, { new_field: true }));
    simulator.put('charges', charge('ch_2', START_S, { amount: { value: 1 } }));
    await extract({ streams: ['charges'] });
    const [batch] = await lake.batches({ platform: 'stripe', stream: 'charges', account: 'main' });
    if (batch === undefined) throw new Error('no batch');
    const manifest = await lake.manifest({ platform: 'stripe', stream: 'charges', account: 'main', batch });
    expect(manifest).toMatchObject({ records: 2, requests: 1, api_version: '2026-10-28.endive', cursor_before: null, cursor_after: '2026-11-27T00:00:00.000Z', drift: { unknown: { new_field: 1 }, changed: { amount: 1 } } });
    expect(manifest?.drift.lost).toMatchObject({ amount_captured: 2 });
    expect(JSON.stringify(manifest)).not.toContain('rk_test');
  });
});

describe('the simulator of Stripe', () => {
  let simulator: StripeSimulator;
  beforeAll(async () => {
    simulator = await new StripeSimulator().start();
  });
  afterAll(() => simulator.close());

  test('refuses what comes too fast, and says so as Stripe does', async () => {
    simulator.requestsPerSecond = 2;
    const ask = () => fetch(`${simulator.url}/v1/charges`, { headers: { authorization: `Bearer ${simulator.key}` } });
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    await Promise.all(answers.map((answer) => answer.text()));
  });
});
