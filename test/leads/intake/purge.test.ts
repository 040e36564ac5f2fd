import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';

import { leadRecord } from '../steps/lead-records.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { purge, removedBy } from '../../support/stages/purge.ts';
import { testClock } from '../../support/suite/clock.ts';
import { importAll, testIntake } from './intake.ts';

const DAY = 86_400_000;

describeEachDatabase('hub purge, of leads', (suite) => {
  test('takes what was sent after its time and parts 35 days after their import; outcomes and contacts stay, and nothing is imported anew', async () => {
    await suite.empty();
    const intake = testIntake();
    const lead = (id: string, at: string) => leadRecord({ lead_id: `lead_${id}`, received_at: at, pairs: [['email', `${id}@mail.ch`], ['country', 'FR'], ['phone', 'x']], extra: [['color', 'red']] });
    const old = intake.publish('20260310T120000Z-0', [lead('a', '2026-03-10T12:00:00.000Z')]);
    await importAll(suite.database, intake);
    const waiting = intake.publish('20260310T120100Z-0', [lead('b', '2026-03-10T12:01:00.000Z')]);
    const kept = async () => suite.database.read(async (knex) => [await knex('leads').select<object[]>(), await knex('contacts').select<object[]>()]);
    const before = await kept();
    const changes = { intakeFolder: intake.folder };

    const later = testClock('2026-04-10 12:00:00');
    expect(removedBy(await purge(suite.database, later, {}, changes))).toEqual({ 'lead_exchanges: lead_exchanges': 1 });
    later.advance(365 * DAY);
    const expected = { 'raw_leads: raw_leads': 1, 'lead_params: lead_params': 1, 'lead_field_errors: lead_field_errors': 1, 'intake_files: intake': 1 };
    const rehearsed = removedBy(await purge(suite.database, later, {}, { ...changes, dryRun: true }));
    expect(existsSync(old)).toBe(true);
    expect(rehearsed).toMatchObject(expected);
    expect(removedBy(await purge(suite.database, later, {}, changes))).toEqual(rehearsed);
    expect([existsSync(old), existsSync(waiting)]).toEqual([false, true]);
    expect(await kept()).toEqual(before);

    // Somebody puts the part back, under another name.
    intake.publish('20260310T120200Z-0', [lead('a', '2026-03-10T12:00:00.000Z')]);
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ read: 2, inserted: 1, unchanged: 1 });
  });
});
