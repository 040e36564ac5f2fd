import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { contact } from '../../../src/sources/billing/contact.ts';
import { listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { replayRejects } from '../../../src/raw/import/replay.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { eventRow, importEmail, writeEvents } from '../../support/stages/email.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, hexId, testLake } from '../../support/lakes/lake.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const [FIRST, SECOND] = ['20260302T030000Z', '20260303T030000Z'];
const LENIENT = { rejectLimit: parseRejectLimit('100%') };
const hashOf = (number: number): string => sha256Hex(`person${number}@mail.invalid`);

describeEachDatabase('e-mail events', (suite) => {
  const clock = testClock();
  beforeEach(() => suite.empty());
  const rowsOf = async (table: string) => (await dumpTables(suite.database, [table]))[table] ?? [];

  test('of one id with several recipients are one for each of them, however often they are delivered', async () => {
    const lake = testLake();
    const report = (number: number) => eventRow('unsubscribe', number, { EventId: 'feedback-1', Reason: 'hard_bounce' });
    writeEvents(lake, 'unsubscribe', FIRST, [report(1), report(2), report(1)]);
    writeEvents(lake, 'unsubscribe', SECOND, [report(2), report(3)]);
    const { report: found } = await importEmail(suite.database, lake, clock);
    expect(found.totals).toMatchObject({ inserted: 3, stale: 1, unchanged: 1, rejected: 0 });
    expect((await rowsOf('email_subscribers')).map((row) => row['email_sha256']).sort()).toEqual([1, 2, 3].map(hashOf).sort());
  });

  test('whose id stands for many have keys of their own, and the same ones again', async () => {
    const lake = testLake();
    const rows = Array.from({ length: 40 }, (_, number) => eventRow('click', 1, { EventId: number < 20 ? 'constant' : hexId(number), MessageId: `m-${number}`, Url: `https://x.invalid/${number}` }));
    writeEvents(lake, 'click', FIRST, rows);
    expect((await importEmail(suite.database, lake, clock)).report.totals).toMatchObject({ read: 40, inserted: 40 });
    const again = await importEmail(suite.database, lake, clock, { range: { from: '20260101T000000Z' as never, until: '20270101T000000Z' as never } });
    expect(again.report.totals).toMatchObject({ inserted: 0, unchanged: 40 });
  });

  test('that unsubscribe an address and name a contact with another one concern both, whichever is known first', async () => {
    const lake = testLake();
    writeEvents(lake, 'unsubscribe', FIRST, [eventRow('unsubscribe', 1, { ContactId: hexId(900) })]);
    await importEmail(suite.database, lake, clock);
    lake.write('contact', SECOND, csv([{ Id: hexId(900), AccountId: hexId(1), WorkEmail: 'person2@mail.invalid', Deleted: 'false', UpdatedDate: '2026-03-01' }], ['Id', 'AccountId', 'WorkEmail', 'Deleted', 'UpdatedDate']));
    await importLake(suite.database, lake, clock, { entities: [contact] });
    await importEmail(suite.database, lake, clock);
    const left = (await rowsOf('email_subscribers')).map((row) => [row['email_sha256'], row['unsubscribed_reason']]);
    expect(left.sort()).toEqual([[hashOf(1), 'link'], [hashOf(2), 'link']].sort());
  });

  test('that unsubscribe nobody wait in quarantine, and others that name nobody are told by reason', async () => {
    const lake = testLake();
    writeEvents(lake, 'unsubscribe', FIRST, [eventRow('unsubscribe', 1, { Email: 'anna plus@mail.invalid' }), eventRow('unsubscribe', 2, { Email: '' }), eventRow('unsubscribe', 3)]);
    writeEvents(lake, 'send', FIRST, [eventRow('send', 1, { Email: 'nobody' }), eventRow('send', 2, { Email: '' }), eventRow('send', 3)]);
    const { report } = await importEmail(suite.database, lake, clock, LENIENT);
    const rejects = await listRejects(suite.database, { entities: ['unsubscribe'] });
    expect(rejects.map(({ code, column_name: column }) => [code, column]).sort()).toEqual([['invalid_value', 'Email'], ['missing_value', 'Email']]);
    expect(report.warnings).toEqual(expect.arrayContaining([
      expect.stringMatching(/send .*: 1 events match nobody: what stands in the place of their address is none$/),
      expect.stringMatching(/send .*: 1 events match nobody: they name neither an address nor a contact$/),
    ]));
    const blank = rejects.find(({ code }) => code === 'invalid_value');
    const services = { database: suite.database, clock, version: '0.0.0', config: { brands: [{ id: 'alpina' }] } };
    const replayed = await replayRejects(services, { ids: [blank?.rejected_id ?? ''], status: 'open' }, new Map([['Email', 'anna+plus@mail.invalid']]), false);
    expect(replayed.totals).toMatchObject({ replayed: 1 });
    await importEmail(suite.database, lake, clock, LENIENT);
    expect((await rowsOf('email_subscribers')).map((row) => row['email_sha256'])).toContain(sha256Hex('anna+plus@mail.invalid'));
  });
});
