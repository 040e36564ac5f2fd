import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { md5Hex, sha256Hex } from '../../src/core/hash.ts';
import { parseShard } from '../../src/core/shard.ts';
import type { LocalDate } from '../../src/core/time.ts';
import type { Database } from '../../src/db/database.ts';
import { auditHistory } from '../../src/engine/records/audit.repository.ts';
import { personIdOf, storePersons, type AudiencePerson } from '../support/rows/audience-people.ts';
import { applyDelta, audiencesOf, buildAudiences, byAddress, filesIn, readLines, readManifest } from '../support/stages/audiences.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const ACTIVE = audiencesOf(`
audiences:
  - name: active
    description: Running subscriptions.
    platforms: [google, meta, tiktok, csv]
    where: [{ subscription: { lifecycle: active } }]
`);
const CSV_ONLY = audiencesOf(`
audiences:
  - name: active
    description: Running subscriptions.
    platforms: [csv]
    where: [{ subscription: { lifecycle: active } }]
`);
const active: Partial<AudiencePerson> = { subscriptions: [{ lifecycle: 'active' }] };
const day = (number: number): LocalDate => `2026-04-${String(number).padStart(2, '0')}` as LocalDate;

describeEachDatabase('build-audiences', (suite) => {
  beforeEach(() => suite.empty());

  test('writes each platform its own file, all whole, with a manifest of their sums', async () => {
    await storePersons(suite.database, [
      { ...active, email: ' Anna.Gruber+tea@Gmail.com', country: 'Österreich', phone: '0664 1234567', firstName: ' Anna', lastName: 'GRUBER ', postalCode: '1010' },
      { ...active, email: 'bea@post.at', country: 'DE' },
      { email: 'nobody@post.at' },
    ]);
    const folder = temporaryFolder('audiences');
    const report = await buildAudiences(suite.database, testClock(), ACTIVE, folder);
    expect(report).toMatchObject({ status: 'succeeded', totals: { audiences: 1, lists: 4, refused: 0, members: 8, added: 8 } });

    const [anna, bea] = ['anna.gruber+tea@gmail.com', 'bea@post.at'];
    const inOrder = (one: string, other: string): string[] => (personIdOf(anna) < personIdOf(bea) ? [one, other] : [other, one]);
    const hash = sha256Hex;
    expect(readLines(folder, 'active.google.csv')).toEqual(
      inOrder(`${hash('annagruber@gmail.com')},${hash('+436641234567')},${hash('anna')},${hash('gruber')},AT,1010`, `${hash(bea)},,,,DE,`),
    );
    expect(readLines(folder, 'active.meta.csv')).toEqual(inOrder(`${hash(anna)},${hash('at')}`, `${hash(bea)},${hash('de')}`));
    expect(readLines(folder, 'active.tiktok.csv')).toEqual(inOrder(hash(anna), hash(bea)));
    expect(readLines(folder, 'active.csv.csv')).toEqual(inOrder(`${hash(anna)},${md5Hex(anna)}`, `${hash(bea)},${md5Hex(bea)}`));

    const files = filesIn(folder);
    expect(Object.keys(files)).toHaveLength(9);
    for (const { list, delta } of readManifest(folder).delivered) {
      for (const { file, sha256, bytes, rows } of [list, delta]) {
        const text = files[`2026-04-01/${file}`] ?? '';
        expect({ sha256, bytes, rows }).toEqual({ sha256: hash(text), bytes: Buffer.byteLength(text), rows: text.split('\n').length - 2 });
        expect(statSync(join(folder, '2026-04-01', file)).mode & 0o777).toBe(0o600);
      }
    }
    expect(readManifest(folder).delivered.find(({ platform }) => platform === 'google')).toMatchObject({
      members: 2,
      consent: { rule: 'marketing', ad_user_data: 'UNSPECIFIED', ad_personalization: 'UNSPECIFIED' },
      columns: { hashed: ['Email', 'Phone', 'First Name', 'Last Name'], plain: ['Country', 'Zip'] },
      rule: [{ subscription: { lifecycle: ['active'] } }],
      delta: { against: null },
    });
    expect(readdirSync(join(folder, '.staging'))).toEqual([]);
  });

  test('keeps no address anywhere: not in tables, files or the report', async () => {
    await storePersons(suite.database, [{ ...active, email: 'secret.person@post.at', firstName: 'Secretina', phone: '+436641112223' }]);
    const folder = temporaryFolder('audiences');
    const report = await buildAudiences(suite.database, testClock(), ACTIVE, folder);
    const stored = await suite.database.read(async (knex) => [
      await knex('audience_members'),
      await knex('audience_snapshots'),
      await knex('audit_log'),
      await knex('job_runs'),
    ]);
    const everything = JSON.stringify([report, filesIn(folder), stored]).toLowerCase();
    expect(everything).not.toMatch(/secret|6641112223|post\.at/);
    expect(everything).toContain(sha256Hex('secret.person@post.at'));
  });

  test('leaves out whom the platform must not have, and counts them by the first reason', async () => {
    const [suppressed, erased] = await storePersons(suite.database, [
      { ...active, email: 'suppressed@post.at' },
      { ...active, email: 'erased@post.at' },
      { ...active, email: 'tester@post.at', isTest: true },
      { ...active, email: 'out@post.at', mail: 'unsubscribed' },
      { ...active, email: 'back@post.at', mail: { unsubscribed_at: '2026-02-01 00:00:00.000000', resubscribed_at: '2026-03-01 00:00:00.000000' } },
      { ...active, email: 'silent@post.at', mail: null },
      { ...active, email: null },
      { ...active, email: 'not an address' },
      { ...active, email: 'half@address' },
      { ...active, email: 'gone@post.at', contactDeleted: true },
      { ...active, email: 'same.one@gmail.com' },
      { ...active, email: 'sameone@gmail.com' },
    ]);
    await suite.database.write(async (tx) => {
      const common = { created_at: '2026-03-01 00:00:00.000000' };
      await tx('suppressions').insert([
        { ...common, email_sha256: sha256Hex('suppressed@post.at'), person_id: suppressed, reason: 'complaint' },
        { ...common, email_sha256: sha256Hex('erased@post.at'), person_id: erased, reason: 'erased' },
      ]);
    });
    const folder = temporaryFolder('audiences');
    const audiences = audiencesOf(`
audiences:
  - name: active
    description: Running subscriptions.
    platforms: [google, csv]
    consent: { csv: no_objection }
    where: [{ subscription: { lifecycle: active } }]
`);
    const report = await buildAudiences(suite.database, testClock(), audiences, folder);
    const always = { erased: 1, suppressed: 1, test_data: 1, unsubscribed: 1, invalid_address: 2 };
    expect(report.items).toMatchObject([
      { platform: 'google', members: 2, left_out: { ...always, no_consent: 1, no_address: 2, same_address: 1 } },
      { platform: 'csv', members: 4, left_out: { ...always, no_address: 2 } },
    ]);
    expect(readLines(folder, 'active.google.csv').map((line) => line.slice(0, 64)).sort()).toEqual([sha256Hex('back@post.at'), sha256Hex('sameone@gmail.com')].sort());
    expect(readManifest(folder).delivered.map(({ left_out: leftOut }) => leftOut)).toEqual(report.items.map((item) => item['left_out']).reverse());
  });

  test('a dry run says the same and leaves nothing', async () => {
    await storePersons(suite.database, [{ ...active, email: 'one@post.at' }, { ...active, email: 'two@post.at' }]);
    const folder = join(temporaryFolder('audiences'), 'new');
    const dry = await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { dryRun: true });
    expect(() => readdirSync(folder)).toThrow(/ENOENT/);
    for (const table of ['audience_members', 'audience_snapshots', 'audit_log', 'job_runs', 'job_locks']) {
      expect(await suite.database.read((knex) => knex(table))).toEqual([]);
    }
    const real = await buildAudiences(suite.database, testClock(), CSV_ONLY, folder);
    expect(dry.items).toEqual(real.items);
    expect(dry.totals).toEqual(real.totals);
  });

  test('repeated on its date gives the same files again, and a delta against the day before', async () => {
    await storePersons(suite.database, [{ ...active, email: 'one@post.at' }]);
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(1) });
    await storePersons(suite.database, [{ ...active, email: 'two@post.at' }]);
    await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(2) });
    const once = { files: filesIn(folder), members: await membersOf(suite.database) };
    const again = await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(2) });
    expect({ files: filesIn(folder), members: await membersOf(suite.database) }).toEqual(once);
    expect(again.items).toMatchObject([{ members: 2, added: 1, against: day(1) }]);
    expect(await auditOf(suite.database, personIdOf('two@post.at'))).toMatchObject([{ action: 'insert' }]);

    await storePersons(suite.database, [{ ...active, email: 'three@post.at' }]);
    await suite.database.read((knex) => knex('email_subscribers').where({ person_id: personIdOf('one@post.at') }).delete());
    await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(2), allowShrink: true });
    expect(readLines(folder, 'active.csv.delta.csv', day(2)).map((line) => line.slice(0, 20)).sort()).toEqual(
      [`remove,${sha256Hex('one@post.at')}`, `add,${sha256Hex('two@post.at')}`, `add,${sha256Hex('three@post.at')}`].map((line) => line.slice(0, 20)).sort(),
    );
  });

  test('takes a person who is gone off the platform, with the hashes that were delivered, and says so in the audit trail', async () => {
    await storePersons(suite.database, ['one@post.at', 'two@post.at', 'three@post.at', 'four@post.at'].map((email) => ({ ...active, email, phone: '+436641234567' })));
    const folder = temporaryFolder('audiences');
    const clock = testClock();
    await buildAudiences(suite.database, clock, ACTIVE, folder, { asOf: day(1) });
    clock.advance(86_400_000);
    const gone = personIdOf('two@post.at');
    await suite.database.read((knex) => knex('enriched_accounts').where({ person_id: gone }).delete());
    await suite.database.read((knex) => knex('raw_contacts').where({ work_email: 'two@post.at' }).delete());
    const report = await buildAudiences(suite.database, clock, ACTIVE, folder, { asOf: day(2) });
    expect(report.items.map(({ removed, members }) => ({ removed, members }))).toEqual(ACTIVE[0]?.platforms.map(() => ({ removed: 1, members: 3 })));
    expect(readLines(folder, 'active.google.delta.csv', day(2))).toEqual([`remove,${sha256Hex('two@post.at')},${sha256Hex('+436641234567')},,,,`]);
    expect(await auditOf(suite.database, gone)).toMatchObject([
      { action: 'insert', entity: 'destinations.audience_member', brand: 'alpina,belmont,corvina', delta: { 'active on csv': [expect.any(String)] } },
      { action: 'delete', delta: { 'active on google': [expect.any(String), 0, 0] } },
    ]);
    await buildAudiences(suite.database, clock, ACTIVE, folder, { asOf: day(3) });
    expect(await suite.database.read((knex) => knex('audience_members').where({ person_id: gone }))).toEqual([]);
  });

  test('stops a list that lost more than 30 %, leaves its files and snapshot, and goes on with the others', async () => {
    const people = Array.from({ length: 10 }, (_, index): AudiencePerson => ({ ...active, email: `p${index}@post.at` }));
    const ids = await storePersons(suite.database, people);
    const folder = temporaryFolder('audiences');
    const both = audiencesOf(`
audiences:
  - { name: active, description: A, platforms: [csv], where: [{ subscription: { lifecycle: active } }] }
  - { name: everybody, description: B, platforms: [csv], where: [{ refunded: false }] }
`);
    await buildAudiences(suite.database, testClock(), both, folder, { asOf: day(1) });
    const stop = async (count: number): Promise<void> => {
      const accounts = suite.database.knex('enriched_accounts').whereIn('person_id', ids.slice(0, count)).select('account_id');
      await suite.database.read((knex) => knex('enriched_subscriptions').whereIn('account_id', accounts).update({ lifecycle: 'cancelled' }));
    };
    await stop(3);
    expect((await buildAudiences(suite.database, testClock(), both, folder, { asOf: day(2) })).status).toBe('succeeded');
    await stop(6);
    const before = await membersOf(suite.database);
    const refused = await buildAudiences(suite.database, testClock(), both, folder, { asOf: day(3) });
    expect(refused).toMatchObject({ status: 'refused', items: [{ status: 'refused', members: 4, before: 7 }, { status: 'delivered', members: 10 }] });
    expect(refused.warnings.join()).toMatch(/active on csv was not delivered: it would shrink from 7 to 4, by more than 30 %.*--allow-shrink/);
    expect(refused.problems[0]).toEqual({ code: 'list_shrunk', message: refused.warnings[0], next: 'If that is right, run it once with --allow-shrink.' });
    expect(await membersOf(suite.database)).toEqual(before);
    expect(Object.keys(filesIn(folder)).filter((name) => name.startsWith(day(3)))).toEqual([`${day(3)}/everybody.csv.csv`, `${day(3)}/everybody.csv.delta.csv`, `${day(3)}/manifest.json`]);
    expect(readManifest(folder, day(3))).toMatchObject({ delivered: [{ audience: 'everybody' }], refused: [{ audience: 'active', members: 4, removed: 3 }] });

    const allowed = await buildAudiences(suite.database, testClock(), both, folder, { asOf: day(3), allowShrink: true });
    expect(allowed).toMatchObject({ status: 'succeeded', items: [{ members: 4, removed: 3, against: day(2) }, { members: 10 }] });
    expect(readManifest(folder, day(3)).refused).toEqual([]);
    await stop(10);
    const empty = await buildAudiences(suite.database, testClock(), both, folder, { asOf: day(4), allowShrink: true });
    expect(empty).toMatchObject({ status: 'refused', items: [{ status: 'refused', members: 0, before: 4 }, { status: 'delivered' }], problems: [{ code: 'list_empty' }] });
  });

  test('refuses to go back behind a delivered date', async () => {
    await storePersons(suite.database, [{ ...active, email: 'one@post.at' }]);
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(2) });
    await expect(buildAudiences(suite.database, testClock(), CSV_ONLY, folder, { asOf: day(1) })).rejects.toMatchObject({ kind: 'usage', code: 'later_snapshot' });
  });

  test('warns of lists that are too small, of nobody who agreed, of another date of enrichment, and of what is no longer declared', async () => {
    await storePersons(suite.database, [{ ...active, email: 'one@post.at', mail: null }]);
    await suite.database.read((knex) => knex('stage_marks').insert({ stage: 'enrich', brand: 'alpina', shard: '1/1', mark: 1, as_of: '2026-03-31', version: 'v', run_id: 'r' }));
    const folder = temporaryFolder('audiences');
    const first = await buildAudiences(suite.database, testClock(), ACTIVE, folder);
    expect(first.warnings).toEqual([
      'Too few persons for google, which needs 100: active (0).',
      'Too few persons for meta, which needs 100: active (0).',
      'Too few persons for tiktok, which needs 1000: active (0).',
      expect.stringMatching(/enriched as of 2026-03-31, the audiences are as of 2026-04-01/),
      expect.stringMatching(/nobody has agreed to marketing/),
    ]);
    expect(first.problems.map(({ code }) => code)).toEqual(['list_too_small', 'list_too_small', 'list_too_small', 'records_of_another_date', 'no_subscribers']);
    await storePersons(suite.database, [{ ...active, email: 'two@post.at' }]);
    await buildAudiences(suite.database, testClock(), ACTIVE, folder);
    const other = audiencesOf('audiences: [{ name: other, description: O, platforms: [csv], where: [{ refunded: false }] }]');
    expect((await buildAudiences(suite.database, testClock(), other, folder)).warnings.join()).toMatch(/active was delivered to csv on 2026-04-01 with 1 persons and is no longer declared/);
  });

  test('shards divide the audiences, and their manifest is one', async () => {
    await storePersons(suite.database, [{ ...active, email: 'one@post.at' }]);
    const folder = temporaryFolder('audiences');
    const several = audiencesOf(`
audiences:
${['a', 'b', 'c', 'd', 'e'].map((name) => `  - { name: ${name}, description: D, platforms: [csv], where: [{ refunded: false }] }`).join('\n')}
`);
    const shards = [await buildAudiences(suite.database, testClock(), several, folder, { shard: parseShard('1/2') }), await buildAudiences(suite.database, testClock(), several, folder, { shard: parseShard('2/2') })];
    const made = shards.flatMap(({ items }) => items.map((item) => item['audience']));
    expect(made.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(shards.every(({ items }) => items.length > 0)).toBe(true);
    expect(readManifest(folder).delivered.map(({ audience }) => audience)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('over any days of changes, the deltas applied to the list of the day before give that of the day', async () => {
    const addresses = ['ann@post.at', 'ben@post.at', 'c.d@gmail.com', 'cd@gmail.com', 'cd+x@gmail.com', 'eve@googlemail.com'];
    // Of each person and day: absent, a customer, one who has unsubscribed, or one with another phone.
    const states = fc.array(fc.array(fc.constantFrom('absent', 'member', 'out', 'moved'), { minLength: addresses.length, maxLength: addresses.length }), { minLength: 2, maxLength: 5 });
    const check = async (days: readonly (readonly string[])[]): Promise<void> => {
      await suite.empty();
      const folder = temporaryFolder('audiences');
      let lists: Map<string, Map<string, string>> | undefined;
      for (const [index, people] of days.entries()) {
        await emptyPeople(suite.database);
        // Somebody is always there: an empty list never replaces a full one.
        await storePersons(suite.database, [{ ...active, email: 'always@post.at' }, ...people.flatMap((state, person) => (state === 'absent' ? [] : [personIn(state, addresses[person] ?? '')]))]);
        const asOf = day(index + 1);
        for (let times = index % 2; times >= 0; times--) await buildAudiences(suite.database, testClock(), ACTIVE, folder, { asOf, allowShrink: true });
        const today = new Map(['google', 'meta', 'tiktok', 'csv'].map((platform) => [platform, byAddress(readLines(folder, `active.${platform}.csv`, asOf))]));
        for (const [platform, list] of today) {
          const before = lists?.get(platform) ?? new Map<string, string>();
          expect(applyDelta(before, readLines(folder, `active.${platform}.delta.csv`, asOf))).toEqual(list);
          const entry = readManifest(folder, asOf).delivered.find((one) => one.platform === platform);
          expect(before.size + (entry?.added ?? 0) - (entry?.removed ?? 0)).toBe(entry?.members);
        }
        lists = today;
      }
    };
    await fc.assert(fc.asyncProperty(states, check), { numRuns: suite.dialect === 'sqlite' ? 25 : 8 });
  }, 60_000);
});

function personIn(state: string, email: string): AudiencePerson {
  return { ...active, email, phone: state === 'moved' ? '+436649999999' : '+436641111111', mail: state === 'out' ? 'unsubscribed' : 'subscribed' };
}

async function emptyPeople(database: Database): Promise<void> {
  for (const table of ['enriched_accounts', 'enriched_subscriptions', 'raw_contacts', 'email_subscribers']) await database.read((knex) => knex(table).delete());
}

function membersOf(database: Database): Promise<unknown[]> {
  return database.read((knex) => knex('audience_members').orderBy(['audience', 'platform', 'person_id']));
}

async function auditOf(database: Database, personId: string): Promise<unknown[]> {
  const rows = await auditHistory(database, ['audience_member'], personId);
  return rows.map((row) => ({ ...row, delta: JSON.parse(row.delta ?? 'null') as unknown }));
}
