import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import type { PlatformName } from '../../src/audiences/platforms/index.ts';
import { audiencesOf, buildAudiences, readLines } from '../support/stages/audiences.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { eventRow, importEmail, writeEvents } from '../support/stages/email.ts';
import { enrich, importAll } from '../support/stages/enrich.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const vectors = JSON.parse(readFileSync('test/vectors/email-hashes.json', 'utf8')) as { platform: PlatformName; input: string; sha256: string }[];
const invalid = JSON.parse(readFileSync('test/vectors/email-invalid.json', 'utf8')) as string[];
const BATCH = '20260301T050000Z';
const EVERYBODY = audiencesOf(`
audiences:
  - name: everybody
    description: Running subscriptions.
    platforms: [google, meta, tiktok, csv]
    where: [{ subscription: { lifecycle: active } }]
`);

/** Imports customers with these addresses, of whom the e-mail tool knows that they may be written to. */
async function importCustomers(database: Parameters<typeof enrich>[0], addresses: readonly string[]): Promise<void> {
  const clock = testClock();
  const lake = customerLake(BATCH, addresses.map((email, index) => ({ number: index + 1, email })));
  writeEvents(lake, 'send', BATCH, addresses.map((email, index) => eventRow('send', index + 1, { Email: email })));
  await importAll(database, lake, clock);
  await importEmail(database, lake, clock);
  await enrich(database, clock);
}

describeEachDatabase('the addresses that platforms publish, from the export to the files', (suite) => {
  beforeEach(() => suite.empty());

  test('come out as the hashes that the platforms publish, but for test data', async () => {
    await importCustomers(suite.database, [...new Set(vectors.map(({ input }) => input))]);
    const tests = await suite.database.read((knex) => knex<{ email_sha256: string; is_test: number }>('enriched_accounts').where({ is_test: 1 }).pluck('email_sha256'));
    const folder = temporaryFolder('audiences');
    await buildAudiences(suite.database, testClock(), EVERYBODY, folder);
    const listed = (platform: string): string[] => readLines(folder, `everybody.${platform}.csv`).map((line) => line.split(',')[0] ?? '');
    const isTest = ({ input }: { input: string }): boolean => tests.includes(sha256Hex(input.trim().toLowerCase()));
    const real = vectors.filter((vector) => !isTest(vector));
    expect([real.length, vectors.length - real.length].every((count) => count >= 3)).toBe(true);
    for (const vector of real) expect({ vector, listed: listed(vector.platform).includes(vector.sha256) }).toEqual({ vector, listed: true });
    for (const vector of vectors.filter(isTest)) expect({ vector, listed: listed(vector.platform).includes(vector.sha256) }).toEqual({ vector, listed: false });
  });

  test('come out nowhere where they are none; one of these is empty', async () => {
    await importCustomers(suite.database, [...invalid, 'Anna.Gruber@Gmail.com']);
    const folder = temporaryFolder('audiences');
    const { items } = await buildAudiences(suite.database, testClock(), EVERYBODY, folder);
    expect(items).toHaveLength(4);
    // Messages to three of them are joined to nobody, as their address is none: nobody has agreed to anything there.
    for (const item of items) expect(item).toMatchObject({ members: 1, left_out: { invalid_address: invalid.length - 4, no_consent: 3, no_address: 1 } });
    expect(readLines(folder, 'everybody.meta.csv')).toEqual([expect.stringMatching(`^${sha256Hex('anna.gruber@gmail.com')},`)]);
  });
});
