import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { answersByKey } from '../../../src/audiences/members/answers.ts';
import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import { personIdOf, storePersons } from '../../support/rows/audience-people.ts';
import { audiencesOf, buildAudiences, readLines, readManifest } from '../../support/stages/audiences.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testClock } from '../../support/suite/clock.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const at = (day: number): string => `2026-03-${String(day).padStart(2, '0')} 00:00:00.000000`;
const active = { subscriptions: [{ lifecycle: 'active' }] };
const OF_TWO_BRANDS = audiencesOf(`
audiences:
  - name: asked
    description: Who has agreed to advertising with their data.
    brands: [alpina, belmont]
    platforms: [google, csv]
    consent: { google: ad_user_data, csv: no_objection }
    where: [{ subscription: { lifecycle: active } }]
`);

let next = 0;
async function answer(database: Database, email: string, purpose: string, granted: boolean, day: number, brand = 'alpina'): Promise<void> {
  const stored = { brand, consent_id: String(next++), person_id: personIdOf(email), purpose, granted: granted ? 1 : 0, source: 'webhook', evidence: 'whk_1', text_version: null, occurred_at: at(day) };
  await database.write((tx) => tx('consents').insert({ ...stored, checksum: Buffer.alloc(16), created_run: 'test', updated_at: at(day), change_no: 1 }));
}

test('answers of one key are those in force, whatever the order of rows; of several persons a denial counts', () => {
  const row = fc.tuple(fc.constantFrom('one', 'two'), fc.constantFrom('alpina', 'belmont'), fc.constantFrom('analytics', 'marketing_email'), fc.constantFrom(0, 1), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(row).chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))), ([rows, shuffled]) => {
      const read = (some: typeof rows) => answersByKey(some.map(([person, brand, purpose, granted, day]) => ['key', person, brand, purpose, granted, at(day), null]));
      const found = read(rows).get('key');
      expect(new Set(found?.denied)).toEqual(new Set(read(shuffled).get('key')?.denied));
      for (const brand of found?.objected ?? []) expect(found?.denied.has(`${brand} marketing_email`)).toBe(true);
    }),
  );
});

describeEachDatabase('the ledger of consents in audiences', (suite) => {
  beforeEach(() => suite.empty());

  test('lets in who granted the purpose to each brand that has them as a customer, by the latest answer', async () => {
    const people = ['granted', 'denied', 'silent', 'again', 'elsewhere'].map((name) => ({ ...active, email: `${name}@post.at`, mail: null }));
    await storePersons(suite.database, [...people, { ...active, email: 'both@post.at' }, { ...active, email: 'both@post.at', brand: 'belmont' }]);
    for (const [name, granted, day, brand] of [['granted', true, 1], ['denied', true, 1], ['denied', false, 2], ['again', false, 1], ['again', true, 2], ['elsewhere', true, 1, 'belmont'], ['both', true, 1]] as const) {
      await answer(suite.database, `${name}@post.at`, 'ad_user_data', granted, day, brand);
    }
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), OF_TWO_BRANDS, folder);
    expect(readLines(folder, 'asked.google.csv').map((line) => line.slice(0, 64)).sort()).toEqual(['again@post.at', 'granted@post.at'].map(sha256Hex).sort());
    expect(readManifest(folder).delivered.find(({ platform }) => platform === 'google')).toMatchObject({ left_out: { no_consent: 4 }, consent: { rule: 'ad_user_data', ad_user_data: 'GRANTED', ad_personalization: 'UNSPECIFIED' } });
    expect(readLines(folder, 'asked.csv.csv')).toHaveLength(6);
  });

  test('keeps out who refused marketing by e-mail, under whichever spelling of the mailbox, until they subscribe again', async () => {
    const again = { resubscribed_at: at(5) };
    await storePersons(suite.database, [
      ...[{ ...active, email: 'gone@post.at' }, { ...active, email: 'back@post.at', mail: again }, { ...active, email: 'left.again@post.at', mail: again }],
      ...[{ ...active, email: 'lena.kurz@gmail.com' }, { ...active, email: 'stays@post.at' }],
    ]);
    for (const [email, day] of [['gone@post.at', 1], ['back@post.at', 4], ['left.again@post.at', 5], ['lenakurz@gmail.com', 1]] as const) await answer(suite.database, email, 'marketing_email', false, day);
    const spelling = sha256Hex('lenakurz@gmail.com');
    await suite.database.write((tx) => tx('email_spellings').insert({ email_sha256: spelling, mailbox_sha256: spelling }));
    const folder = temporaryFolder('audiences');
    const audiences = audiencesOf(`
audiences:
  - name: all
    description: Running subscriptions.
    brands: [alpina]
    platforms: [google, meta]
    where: [{ subscription: { lifecycle: active } }]
`);
    await buildAudiences(suite.database, testClock(), audiences, folder);
    const members = (platform: string) => readLines(folder, `all.${platform}.csv`).map((line) => line.slice(0, 64)).sort();
    expect(members('google')).toEqual(['back@post.at', 'stays@post.at'].map(sha256Hex).sort());
    // Other platforms take the spellings for two addresses.
    expect(members('meta')).toEqual(['back@post.at', 'lena.kurz@gmail.com', 'stays@post.at'].map(sha256Hex).sort());
  });
});
