import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { identityOf } from '../../src/raw/rows/event.ts';
import { ensureRawTables } from '../../src/raw/store/ensure-tables.ts';
import { migrations } from '../../migrations/index.ts';
import { testClock } from '../support/suite/clock.ts';
import { newDatabase, type DialectName } from '../support/databases/databases.ts';
import { testRun } from '../support/suite/run.ts';
import { eventRow, importEmail, writeEvents } from '../support/stages/email.ts';
import { hexId, testLake } from '../support/lakes/lake.ts';
import { dumpTables } from '../support/databases/tables.ts';

const BATCH = '20260302T030000Z';
const STORED = { brand: 'alpina', occurred_at: '2026-03-01 10:00:00.000000', row_hash: '0'.repeat(16), lake_batch: BATCH, lake_row: 1, change_no: 1 };
/** Both, if there is a server. */
function dialects(): DialectName[] {
  return testRun().mysqlUrl === undefined ? ['sqlite'] : ['sqlite', 'mysql'];
}
const hashOf = (number: number): string => sha256Hex(`person${number}@mail.invalid`);

describe.each(dialects())('a database of before (%s)', (dialect) => {
  test('keeps its events, objections and relays under the keys that they have now', async () => {
    const { database } = await newDatabase(dialect);
    const clock = testClock();
    await migrateUp(database, migrations.filter(({ name }) => name < '0018'), ensureRawTables, clock);
    await database.knex('email_sends').insert({ ...STORED, source_id: hexId(1), email_sha256: hashOf(1) });
    await database.knex('email_unsubscribes').insert([
      { ...STORED, source_id: hexId(2), email_sha256: hashOf(1), email_md5: 'm', contact_id: 'contact "7"', reason: 'complaint' },
      { ...STORED, source_id: hexId(3), contact_id: hexId(900), occurred_at: '1970-01-01 00:00:00.000000' },
    ]);
    await database.knex('email_subscribers').insert({
      ...{ brand: 'alpina', person_id: hashOf(1).slice(0, 32), email_sha256: hashOf(1), email_md5: 'm', created_run: 'r', updated_at: STORED.occurred_at, change_no: 1 },
      ...{ first_sent: STORED.occurred_at, last_sent: STORED.occurred_at, first_unsubscribed_at: STORED.occurred_at, unsubscribed_at: STORED.occurred_at, unsubscribed_reason: 'link', resubscribed_at: '2026-03-20 00:00:00.000000' },
    });
    await database.knex('raw_contacts').insert({ brand: 'alpina', source_id: 'c', work_email: ' Lena.Kurz+x@googlemail.com', personal_email: 'a@kunde.shop', row_hash: STORED.row_hash, lake_batch: BATCH, lake_row: 1, change_no: 1 });
    await database.knex('relays').insert({ relay_id: 'r', destination: 'd', kind: 'conversion', dedupe_key: 'anna@mail.invalid', has_body: 0, bucket: 0, state: 'delivered', attempts: 1, tries: 1, created_at: STORED.occurred_at });

    await migrateUp(database, migrations, ensureRawTables, clock);

    const dump = await dumpTables(database, ['relays', 'email_spellings', 'email_subscribers', 'email_unsubscribes']);
    expect(dump['relays']?.map((row) => row['dedupe_key'])).toEqual([`sha256:${sha256Hex('anna@mail.invalid')}`]);
    expect(dump['email_spellings']).toEqual([{ mailbox_sha256: sha256Hex('lenakurz@gmail.com'), email_sha256: sha256Hex('lena.kurz+x@googlemail.com') }]);
    expect(dump['email_subscribers']?.map((row) => row['resubscribed_at'])).toEqual([null]);
    expect(dump['email_unsubscribes']?.map((row) => row['source_id']).sort()).toEqual([identityOf(hexId(2), hashOf(1)), identityOf(hexId(3), hexId(900))].sort());

    const lake = testLake();
    writeEvents(lake, 'send', '20260303T030000Z', [eventRow('send', 1)]);
    const { report } = await importEmail(database, lake, clock);
    expect(report.totals).toMatchObject({ inserted: 0, stale: 1 });
    const after = await dumpTables(database, ['email_subscribers', 'email_contacts']);
    expect(after['email_subscribers']?.map((row) => row['unsubscribed_reason'])).toEqual(['complaint']);
    expect(after['email_contacts']?.map((row) => [row['contact_id'], row['unsubscribed_at']?.slice(0, 19)]).sort()).toEqual([
      [hexId(900), '2026-03-02 03:00:00'],
      ['contact "7"', '2026-03-01 10:00:00'],
    ]);
  });
});
