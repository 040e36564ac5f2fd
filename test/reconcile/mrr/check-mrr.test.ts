import { beforeAll, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { readMrrPersons } from '../../../src/metrics/facts/mrr-facts.repository.ts';
import { personMrr } from '../../../src/metrics/person-mrr.ts';
import type { MrrResult } from '../../../src/reconcile/mrr/mrr.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { bringOrdersUp, reconcileAll } from '../../support/stages/reconcile.ts';
import { fill, fixtureLake } from '../../support/stages/orders.ts';

const DAYS = ['2024-06-30', '2025-06-30', '2026-03-31'] as const;

describeEachDatabase('the bridge from the MRR field of billing to the MRR of hub', (suite) => {
  const clock = testClock();

  beforeAll(async () => {
    await suite.empty();
    await fill(suite.database, fixtureLake, clock);
    await bringOrdersUp(suite.database, clock);
  }, 180_000);

  const mrrOn = async (day: string): Promise<readonly MrrResult[]> => (await reconcileAll(suite.database, clock, { asOf: day as LocalDate, dryRun: true })).report.totals.mrr;

  test('leads on any day from the field of all versions with status Active to the MRR that is stored, with nothing unexplained', async () => {
    const segments = await suite.database.read(async (knex) => {
      const ids = await knex('enriched_accounts').distinct('person_id').pluck<string[]>('person_id');
      return (await readMrrPersons(suite.database, knex, ids)).flatMap((person) => personMrr(person, { pricesIncludeTax: () => true }).segments);
    });
    const [row] = await suite.database.read((knex) =>
      knex('enriched_charges as c').join('enriched_subscriptions as s', { 's.brand': 'c.brand', 's.source_id': 'c.subscription_id' }).where({ 's.status': 'Active', 'c.charge_type': 'Recurring' }).sum({ mrr: 'c.mrr' }),
    );
    for (const day of DAYS) {
      const rows = await mrrOn(day);
      const stored = new Map<string, number>();
      for (const { brand, currency, mrr, from_date: from, to_date: to } of segments) {
        if (mrr > 0 && from <= day && (to === null || day < to)) stored.set(`${brand} ${currency}`, (stored.get(`${brand} ${currency}`) ?? 0) + mrr);
      }
      expect([day, new Map(rows.flatMap(({ brand, currency, hub }) => (hub > 0 ? [[`${brand} ${currency}`, hub]] : [])))]).toEqual([day, stored]);
      expect([day, rows.reduce((sum, { billing }) => sum + billing, 0)]).toEqual([day, Number(row?.['mrr'])]);
      for (const { billing, hub, changes } of rows) {
        expect(changes.reduce((sum, { amount }) => sum + amount, billing)).toBe(hub);
        expect(changes.some(({ reason }) => reason === 'unexplained')).toBe(false);
      }
    }
  }, 120_000);

  test('lists the subscriptions of a step, with what it changes', async () => {
    const found = await reconcileAll(suite.database, clock, { asOf: '2026-03-31' as LocalDate, dryRun: true, list: new Set(['tax', 'test_data'] as const) });
    const own = found.listed.filter(({ bridge }) => bridge === 'mrr');
    expect(new Set(own.map(({ reason }) => reason))).toEqual(new Set(['tax']));
    expect(own).toHaveLength(found.report.totals.mrr.reduce((sum, { changes }) => sum + (changes.find(({ reason }) => reason === 'tax')?.subscriptions ?? 0), 0));
  }, 60_000);

  test('calls unexplained what billing has of a chain that lost its latest version', async () => {
    const key = { brand: 'alpina', is_latest: 1, status: 'Active', class: 'standard' };
    const [version = { source_id: '' }] = await suite.database.read((knex) => knex<{ source_id: string }>('enriched_subscriptions').where(key).orderBy('source_id').limit(1).select('source_id'));
    await suite.database.write((tx) => tx('enriched_subscriptions').where(version).update({ is_latest: 0 }));
    const { report, listed } = await reconcileAll(suite.database, clock, { asOf: '2026-03-31' as LocalDate, dryRun: true, list: new Set(['unexplained'] as const) });
    await suite.database.write((tx) => tx('enriched_subscriptions').where(version).update({ is_latest: 1 }));

    expect(report.status).toBe('refused');
    const [row] = await suite.database.read((knex) => knex('enriched_charges').where({ subscription_id: version.source_id, charge_type: 'Recurring' }).sum({ mrr: 'mrr' }));
    expect(Number(row?.['mrr'])).toBeGreaterThan(0);
    expect(listed.filter(({ bridge }) => bridge === 'mrr')).toEqual([expect.objectContaining({ brand: 'alpina', id: '(no single subscription)', amount: -Number(row?.['mrr']) })]);
    const rows = report.totals.mrr.filter(({ changes }) => changes.some(({ reason }) => reason === 'unexplained'));
    expect(rows.map(({ brand, changes }) => [brand, changes.at(-1)?.amount])).toEqual([['alpina', -Number(row?.['mrr'])]]);
  }, 60_000);
});
