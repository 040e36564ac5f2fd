import { beforeEach, expect, test } from '@jest/globals';

import { replayRejects } from '../../../src/raw/import/replay.ts';
import { listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { emailState, eventRow, fold, importEmail, writeEvents } from '../../support/stages/email.ts';
import { testLake } from '../../support/lakes/lake.ts';

const BATCH = '20260302T030000Z';

describeEachDatabase('rejected events', (suite) => {
  beforeEach(() => suite.empty());

  test('are replayed with a corrected value, and the subscriber is what a clean import would have made', async () => {
    const clock = testClock();
    const rows = [1, 2, 3].map((number) => eventRow('send', number));
    const broken = testLake();
    writeEvents(broken, 'send', BATCH, [eventRow('send', 1, { OccurredAt: 'yesterday' }), ...rows.slice(1)]);
    const { report } = await importEmail(suite.database, broken, clock, { rejectLimit: parseRejectLimit('50%') });
    expect(report.totals).toMatchObject({ read: 3, inserted: 2, rejected: 1, subscribers_created: 2 });
    const [reject] = await listRejects(suite.database, { entities: ['send'] });
    const services = { database: suite.database, clock, version: '0.0.0', config: { brands: [{ id: 'alpina' }] } };
    await replayRejects(services, { ids: [reject?.rejected_id ?? ''] }, new Map([['OccurredAt', '2026-03-01 10:00:00']]), false);
    await fold(suite.database, clock);
    const replayed = await emailState(suite.database);

    await suite.empty();
    const clean = testLake();
    writeEvents(clean, 'send', BATCH, rows);
    await importEmail(suite.database, clean, clock);
    expect({ ...replayed, rejected_rows: [] }).toEqual(await emailState(suite.database));
  });

  test('a dry run leaves no trace, and says what the real run says of the events', async () => {
    const clock = testClock();
    const lake = testLake();
    writeEvents(lake, 'open', BATCH, [eventRow('open', 1), eventRow('open', 1), eventRow('open', 2)]);
    const rehearsed = await importEmail(suite.database, lake, clock, { dryRun: true });
    expect(Object.values(await emailState(suite.database)).flat()).toEqual([]);
    const real = await importEmail(suite.database, lake, clock);
    expect(real.report.items).toEqual(rehearsed.report.items);
    expect(real.report.totals).toMatchObject({ read: 3, inserted: 2, stale: 1 });
  });

  test('a batch that is read again changes nothing', async () => {
    const clock = testClock();
    const lake = testLake();
    writeEvents(lake, 'send', BATCH, [eventRow('send', 1), eventRow('send', 2), eventRow('send', 1)]);
    await importEmail(suite.database, lake, clock);
    const before = await emailState(suite.database);
    const again = await importEmail(suite.database, lake, clock, { range: { from: '20260101T000000Z' as never, until: '20270101T000000Z' as never } });
    expect(again.report.totals).toMatchObject({ read: 3, inserted: 0, unchanged: 2, stale: 1, subscribers_created: 0, subscribers_updated: 0 });
    expect(await emailState(suite.database)).toEqual(before);
  });
});
