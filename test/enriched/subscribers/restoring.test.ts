import { beforeEach, describe, expect, test } from '@jest/globals';

import { purchaseRestores, resubscribedAt } from '../../../src/enriched/subscribers/restoring.ts';
import { nothingKnown } from '../../../src/enriched/subscribers/state.ts';
import { instantOf, testClock } from '../../support/suite/clock.ts';
import { catalogRows, customerRows, writeRows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { eventRow, fold, importEmail, purchasesRestore, writeEvents } from '../../support/stages/email.ts';
import { enrich, importAll } from '../../support/stages/enrich.ts';
import { testLake } from '../../support/lakes/lake.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const LEFT = instantOf('2026-03-01 10:00:00');
const BOUGHT = instantOf('2026-03-05 10:00:00');

describe('a purchase of somebody who has left', () => {
  const back = (reason: string, purchase = BOUGHT) => resubscribedAt({ ...nothingKnown, first_unsubscribed_at: LEFT, unsubscribed_at: LEFT, unsubscribed_reason: reason }, purchase);

  test.each([['link', BOUGHT], ['manual', BOUGHT], ['api', BOUGHT], ['complaint', null], ['hard_bounce', null], ['other', null]])('after a %s restores: %s', (reason, restored) => {
    expect(back(reason)).toBe(restored);
  });

  test('before it restores nothing', () => {
    expect(back('link', instantOf('2026-02-01 10:00:00'))).toBeNull();
  });

  test('counts where the brand says so, else where all do, and by default nowhere', () => {
    const config = { email: { purchase_restores: true }, brands: [{ id: 'alpina', email: { purchase_restores: false } }, { id: 'belmont', email: {} }] };
    expect([purchaseRestores(config, 'alpina'), purchaseRestores(config, 'belmont'), purchaseRestores(undefined, 'alpina')]).toEqual([false, true, false]);
  });
});

describeEachDatabase('somebody who left and bought again', (suite) => {
  beforeEach(() => suite.empty());

  test('is restored only while the brand says that a purchase does', async () => {
    const clock = testClock();
    const lake = testLake();
    const person = customerRows({ number: 1 });
    const bought = { ...person, subscription: (person['subscription'] ?? []).map((row) => ({ ...row, CreatedDate: '2026-03-05 10:00:00' })) };
    writeRows(lake, '20260306T050000Z', 'alpina', catalogRows(), bought);
    writeEvents(lake, 'send', '20260306T030000Z', [eventRow('send', 1, { OccurredAt: '2026-02-01 10:00:00' })]);
    writeEvents(lake, 'unsubscribe', '20260306T030000Z', [eventRow('unsubscribe', 1, { OccurredAt: '2026-03-01 10:00:00' })]);
    await importAll(suite.database, lake, clock);
    await importEmail(suite.database, lake, clock);
    await enrich(suite.database, clock);
    const back = async () => (await dumpTables(suite.database, ['email_subscribers']))['email_subscribers']?.map((row) => row['resubscribed_at']?.slice(0, 19) ?? null);
    expect(await back()).toEqual([null]);
    await fold(suite.database, clock, purchasesRestore(true));
    expect(await back()).toEqual(['2026-03-05 10:00:00']);
    await fold(suite.database, clock, purchasesRestore(false));
    expect(await back()).toEqual([null]);
  });
});
