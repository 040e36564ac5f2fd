import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { LakeBatch } from '../../../src/lake/port/lake.ts';
import { openFileLake } from '../../../src/lake/files/files.client.ts';
import { objectionRefusal } from '../../../src/audiences/guard.ts';
import { stepMember, type Line, type StoredMember } from '../../../src/audiences/members/membership.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { storePersons } from '../../support/rows/audience-people.ts';
import { audiencesOf, buildAudiences, filesIn, readLines, readManifest } from '../../support/stages/audiences.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { workspace } from '../../support/program/hub.ts';
import { eventRow, importEmail, writeEvents } from '../../support/stages/email.ts';
import { batchOf, hexId, testLake, type TestLake } from '../../support/lakes/lake.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const ALL = audiencesOf(`
audiences:
  - name: all
    description: Running subscriptions.
    brands: [alpina]
    platforms: [google, meta, tiktok, csv]
    consent: { csv: no_objection }
    where: [{ subscription: { lifecycle: active } }]
`);
const [SENT, LEFT] = ['20260301T030000Z', '20260302T030000Z'];
const LENIENT = { rejectLimit: parseRejectLimit('100%') };
const active = { subscriptions: [{ lifecycle: 'active' }], mail: null };

/** How mail systems write an address. */
const WRITTEN: readonly ((address: string) => string)[] = [
  (a) => a,
  (a) => `  ${a.toUpperCase()} `,
  (a) => `<${a}>`,
  (a) => `Anna Muster <${a}>`,
  (a) => `"Muster, Anna" <${a}>`,
  (a) => `mailto:${a}`,
  (a) => `mailto:${a}?subject=unsubscribe`,
  (a) => `rfc822;${a}`,
  (a) => `rfc822; <${a}>`,
  (a) => `"${a}"`,
  (a) => `'${a}'`,
  (a) => `${a}.`,
  (a) => `${a},`,
  (a) => `${a};`,
  (a) => `${a} (Anna)`,
  (a) => a.replace('+', ' '),
  (a) => a.replace('@', '%40'),
  (a) => a.replace('@', '%2540'),
  (a) => a.replaceAll('+', '%2B').replace('@', '%40'),
  (a) => a.replaceAll('.', '%2E'),
  (a) => a.replace('@', '&#64;'),
  (a) => a.replace('@', '&#x40;'),
  (a) => a.replace('@', '&commat;'),
  (a) => `&lt;${a}&gt;`,
  (a) => `${a}\u200b`,
  (a) => `\ufeff${a}`,
  (a) => a.replace('@', '\u00ad@\u2060'),
  (a) => a.replace('@', '\\u0040'),
  (a) => a.replace('@', '\uff20'),
  (a) => `${a}\u00a0`,
];

async function importObjection(suite: TestDatabase, addresses: readonly string[], written: string): Promise<TestLake> {
  const clock = testClock();
  const lake = testLake();
  writeEvents(lake, 'send', SENT, addresses.map((Email, index) => eventRow('send', index + 1, { Email })));
  writeEvents(lake, 'unsubscribe', LEFT, [eventRow('unsubscribe', 1, { EventId: hexId(77), Email: written, OccurredAt: '2026-03-02 01:00:00' })]);
  await importEmail(suite.database, lake, clock, LENIENT);
  return lake;
}

describeEachDatabase('an objection', (suite) => {
  beforeEach(() => suite.empty());

  test('keeps the person out of every list, however mail systems write the address', async () => {
    const local = fc.stringMatching(/^[a-z]{2,6}(\.[a-z]{1,5})?(\+[a-z]{1,5})?$/);
    await fc.assert(
      fc.asyncProperty(local, fc.constantFrom('kunde.shop', 'gmail.com', 'b\u00e4cker.example'), fc.constantFrom(...WRITTEN), async (name, domain, write) => {
        await suite.empty();
        const address = `${name}@${domain}`;
        await storePersons(suite.database, [{ ...active, email: address }, { ...active, email: 'idle@kunde.shop' }]);
        await importObjection(suite, [address, 'idle@kunde.shop'], write(address));
        const folder = temporaryFolder('audiences');
        await buildAudiences(suite.database, testClock(), ALL, folder);
        const google = domain === 'gmail.com' ? `${(name.split('+')[0] ?? '').replaceAll('.', '')}@gmail.com` : address;
        const texts = Object.values(filesIn(folder)).join('\n');
        for (const form of [address, google]) expect(texts).not.toContain(sha256Hex(form));
      }),
      { numRuns: suite.dialect === 'sqlite' ? 60 : 8 },
    );
  }, 120_000);

  test('holds on google for every spelling of the mailbox, and on others for the address alone; of two brands for its own', async () => {
    const people = ['lena.kurz@gmail.com', 'lenakurz@gmail.com', 'lena.kurz+shop@googlemail.com', 'other@gmail.com', 'gerda@b\u00e4cker.example', 'gerda@xn--bcker-gra.example'];
    await storePersons(suite.database, people.map((email) => ({ ...active, email, mail: 'subscribed' as const })));
    const lake = testLake();
    writeEvents(lake, 'unsubscribe', LEFT, [eventRow('unsubscribe', 1, { Email: 'Lena.Kurz@gmail.com' }), eventRow('unsubscribe', 2, { Email: 'gerda@b\u00e4cker.example' })]);
    await importEmail(suite.database, lake, testClock());
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), ALL, folder);
    const hashes = (platform: string): string[] => readLines(folder, `all.${platform}.csv`).map((line) => line.slice(0, 64)).sort();
    expect(hashes('google')).toEqual([sha256Hex('other@gmail.com')]);
    expect(hashes('meta')).toEqual(['lenakurz@gmail.com', 'lena.kurz+shop@googlemail.com', 'other@gmail.com'].map(sha256Hex).sort());
    expect(readManifest(folder).delivered.find(({ platform }) => platform === 'google')?.left_out).toEqual({ unsubscribed: 5 });
  });

  test('of the other address of the contact holds for the person, and a suppression of it too', async () => {
    await storePersons(suite.database, ['anna@kunde.shop', 'bert@kunde.shop', 'idle@kunde.shop'].map((email) => ({ ...active, email, mail: 'subscribed' as const })));
    for (const name of ['anna', 'bert', 'idle']) await suite.database.knex('raw_contacts').where({ work_email: `${name}@kunde.shop` }).update({ personal_email: `${name}@privat.example` });
    const lake = testLake();
    writeEvents(lake, 'unsubscribe', LEFT, [eventRow('unsubscribe', 1, { Email: 'Anna@privat.example' })]);
    await importEmail(suite.database, lake, testClock());
    const bert = sha256Hex('bert@privat.example');
    await suite.database.knex('suppressions').insert({ email_sha256: bert, person_id: bert.slice(0, 32), reason: 'manual', created_at: '2026-03-01 00:00:00.000000' });
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), ALL, folder);
    expect(readLines(folder, 'all.tiktok.csv')).toEqual([sha256Hex('idle@kunde.shop')]);
    expect(readManifest(folder).delivered.find(({ platform }) => platform === 'meta')?.left_out).toEqual({ suppressed: 1, unsubscribed: 1 });
  });

  test('that waits in quarantine keeps the lists of its brand back, until somebody has looked at it', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const lake = await importObjection(suite, ['idle@kunde.shop'], 'anna plus@kunde.shop');
    const folder = temporaryFolder('audiences');
    const build = (changes = {}) => buildAudiences(suite.database, testClock(), ALL, folder, { lake: openFileLake(lake.root), ...changes });
    const report = await build();
    expect(report).toMatchObject({ status: 'refused', totals: { refused: 4 } });
    expect(report.warnings[0]).toBe(
      'all on google, all on meta, all on tiktok, all on csv were not delivered: alpina: 1 unsubscription waits in quarantine. ' +
        'See hub quarantine list --entity unsubscribe --brand alpina, then replay or discard. ' +
        'To deliver although somebody in the list may have objected: --allow-unread-objections.',
    );
    expect(Object.keys(filesIn(folder)).filter((file) => file.endsWith('.csv'))).toEqual([]);
    expect((await build({ allowUnreadObjections: true })).status).toBe('succeeded');
    await suite.database.knex('rejected_rows').update({ status: 'discarded' });
    expect((await build()).status).toBe('succeeded');
  });

  test('in a batch that was refused, or that nobody has imported yet, keeps them back too', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const lake = testLake();
    writeEvents(lake, 'unsubscribe', LEFT, [eventRow('unsubscribe', 1, { Email: 'anna plus@kunde.shop' })]);
    const build = () => buildAudiences(suite.database, testClock(), ALL, temporaryFolder('audiences'), { lake: openFileLake(lake.root) });
    expect((await build()).warnings[0]).toContain(`alpina: 1 batch of unsubscriptions not imported, the first ${LEFT}. Run hub import-email --brand alpina and see what it refuses.`);
    await importEmail(suite.database, lake, testClock());
    expect((await build()).status).toBe('refused');
    await importEmail(suite.database, lake, testClock(), { ...LENIENT, range: { from: batchOf(SENT), until: batchOf('20270101T000000Z') } });
    await suite.database.knex('rejected_rows').update({ status: 'discarded' });
    expect((await build()).status).toBe('succeeded');
  });

  test('in a file that no import reads keeps them back too, until it has another name or is gone', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const lake = testLake();
    lake.write('unsubscribe', LEFT, 'EventId', { feed: 'email', file: 'left.txt' });
    await importEmail(suite.database, lake, testClock());
    const build = () => buildAudiences(suite.database, testClock(), ALL, temporaryFolder('audiences'), { lake: openFileLake(lake.root) });
    const report = await build();
    expect([report.status, report.warnings[0]]).toEqual(['refused', expect.stringMatching(/alpina: a place among the unsubscriptions in the lake that no import reads, such as .*left\.txt\. Give what no import reads a name/)]);
    rmSync(join(lake.root, 'email', 'unsubscribe', 'brand=alpina', `batch=${LEFT}`, 'left.txt'));
    expect((await build()).status).toBe('succeeded');
  });

  test('that is stored, but not yet known to the subscribers, keeps them back until import-email has taken it up', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }, { ...active, email: 'anna@kunde.shop', mail: 'subscribed' }]);
    const lake = await importObjection(suite, ['idle@kunde.shop'], 'anna plus@kunde.shop');
    const folder = temporaryFolder('audiences');
    const build = () => buildAudiences(suite.database, testClock(), ALL, folder, { lake: openFileLake(lake.root) });
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    const [row] = await suite.database.knex<Record<string, string>>('rejected_rows').select('rejected_id');
    expect((await place.hub(['quarantine', 'replay', row?.['rejected_id'] ?? '', '--set', 'Email=anna@kunde.shop'])).code).toBe(0);
    const report = await build();
    expect([report.status, report.warnings[0]]).toEqual(['refused', expect.stringContaining('alpina: unsubscriptions stored that the subscribers do not know of yet. Run hub import-email --brand alpina')]);
    await importEmail(suite.database, lake, testClock());
    expect((await build()).status).toBe('succeeded');
    expect(readLines(folder, 'all.tiktok.csv')).toEqual([sha256Hex('idle@kunde.shop')]);
  });

  test('of another brand keeps nothing back', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const unread: LakeBatch = { feed: { source: 'email', entity: 'unsubscribe', brand: 'belmont' }, batch: batchOf(LEFT) };
    const lake = { listFeed: ({ brand }: LakeBatch['feed']) => Promise.resolve({ batches: brand === 'belmont' ? [unread] : [], unread: [] }) };
    expect((await buildAudiences(suite.database, testClock(), ALL, temporaryFolder('audiences'), { lake })).status).toBe('succeeded');
  });

  test('is not what google is told of consent, until every brand of the audience states it', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const consent = async (brands: readonly string[]) => {
      const folder = temporaryFolder('audiences');
      await buildAudiences(suite.database, testClock(), ALL, folder, { googleConsent: new Set(brands) });
      return readManifest(folder).delivered.map((entry) => [entry.platform, entry.consent.ad_user_data, entry.consent.ad_personalization]);
    };
    expect(await consent(['belmont'])).toContainEqual(['google', 'UNSPECIFIED', 'UNSPECIFIED']);
    expect(await consent(['alpina', 'belmont'])).toEqual([['csv', undefined, undefined], ['google', 'GRANTED', 'GRANTED'], ['meta', undefined, undefined], ['tiktok', undefined, undefined]]);
  });

  test('leaves members to be named again before google forgets them, once, and on the day of it again', async () => {
    await storePersons(suite.database, [{ ...active, email: 'idle@kunde.shop', mail: 'subscribed' }]);
    const folder = temporaryFolder('audiences');
    const build = async (asOf: string) => {
      const { items } = await buildAudiences(suite.database, testClock(), ALL, folder, { asOf: asOf as LocalDate, refreshDays: 10 });
      const [google, csv] = ['google', 'csv'].map((platform) => readLines(folder, `all.${platform}.delta.csv`, asOf).length);
      return [google, csv, items.find(({ platform }) => platform === 'google')?.['refreshed']];
    };
    expect(await build('2026-04-01')).toEqual([1, 1, 0]);
    expect(await build('2026-04-10')).toEqual([0, 0, 0]);
    expect(await build('2026-04-11')).toEqual([1, 0, 1]);
    expect(await build('2026-04-11')).toEqual([1, 0, 1]);
    expect(await build('2026-04-12')).toEqual([0, 0, 0]);
    expect(await build('2026-04-21')).toEqual([1, 0, 1]);
  });
});

describe('a member that is due', () => {
  const line: Line = { hashes: 'h', lineHash: 'l' };
  const date = (text: string): LocalDate => text as LocalDate;

  test('and whose files never came out is named again with the next ones', () => {
    const stored: StoredMember = { current: line, before: line, changedOn: date('2026-04-11') };
    expect(stepMember(stored, line, { date: date('2026-04-12'), base: date('2026-04-10'), refreshDays: 10 })).toMatchObject({ delta: 'refreshed', change: undefined, store: { changedOn: '2026-04-12' } });
    expect(stepMember(stored, undefined, { date: date('2026-04-12'), base: date('2026-04-10'), refreshDays: 10 }).delta).toBe('removed');
  });

  test('is kept where the platform forgets nobody', () => {
    expect(stepMember({ current: line, before: null, changedOn: date('2020-01-01') }, line, { date: date('2026-04-12'), base: date('2026-04-10') }).delta).toBe('kept');
  });
});

test('the reason why lists are kept back names every brand and what to do', () => {
  const waiting = [{ brand: 'alpina', quarantined: 2, batches: [batchOf(SENT), batchOf(LEFT)], unreadable: [], notTakenUp: false }, { brand: 'belmont', quarantined: 0, batches: [batchOf(LEFT)], unreadable: ['email/unsubscribe/brand=belmont/batch=1/a.txt'], notTakenUp: false }];
  expect(objectionRefusal(['corvina'], waiting)).toBeUndefined();
  expect(objectionRefusal(['alpina', 'belmont'], waiting)?.reason).toBe(
    `alpina: 2 unsubscriptions wait in quarantine and 2 batches of unsubscriptions not imported, the first ${SENT}, belmont: 1 batch of unsubscriptions not imported, the first ${LEFT} and a place among the unsubscriptions in the lake that no import reads, such as email/unsubscribe/brand=belmont/batch=1/a.txt`,
  );
});
