import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { sha256Hex } from '../../src/core/hash.ts';
import { addDays, systemClock, type LocalDate } from '../../src/core/time.ts';
import type { Database } from '../../src/db/database.ts';
import { personIdOf, storePersons } from '../support/rows/audience-people.ts';
import { applyDelta, audiencesOf, buildAudiences, byAddress, filesIn, readLines, readManifest } from '../support/stages/audiences.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const DECLARED = `
audiences:
  - name: active
    description: Running subscriptions.
    platforms: [google, csv]
    where: [{ subscription: { lifecycle: active } }]
`;
const CONFIG = `
brands: [{ id: alpina, name: Alpina }]
audiences: { file: audiences.yaml, output: out }
`;
/** Where it is killed, and how many days later it runs again. All points of the run itself are walked in test/crash. */
const CRASHES = [
  ...failpoints.filter((name) => name.startsWith('audiences.')).map((point, index) => ({ point, daysLater: index % 2 })),
  { point: 'audiences.snapshot.committed', daysLater: 1 },
  // One file has come out and the other waits.
  { point: 'audiences.file.published:2', daysLater: 0 },
  { point: 'run.finishing', daysLater: 1 },
];

describeEachDatabase('build-audiences, killed at a commit point', (suite) => {
  const list: string[] = [];
  let place: Workspace;
  let folder = '';
  let date = '2026-04-01' as LocalDate;

  beforeAll(async () => {
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${temporaryFolder('lake')}` });
    writeFileSync(join(place.folder, 'hub.config.yaml'), CONFIG);
    writeFileSync(join(place.folder, 'audiences.yaml'), DECLARED);
    folder = join(place.folder, 'out');
    await join20(suite.database, list, 'first');
    expect((await build(place, date)).code).toBe(0);
  });

  for (const { point, daysLater } of CRASHES) {
    test(`${point}: leaves whole files, and the next run ${daysLater === 0 ? 'on the same date' : 'a day later'} goes on from there`, async () => {
      await leave(suite.database, list);
      await join20(suite.database, list, `${point}.${daysLater}`);
      const before = readManifest(folder, date);
      const lastDate = date;
      date = addDays(date, 1);
      expect((await build(place, date, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      expectWhole(folder);
      expect(readManifest(folder, lastDate)).toEqual(before);

      date = addDays(date, daysLater);
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      expect(await buildAudiences(suite.database, systemClock, audiencesOf(DECLARED), folder, { brands: ['alpina'], asOf: date })).toMatchObject({ status: 'succeeded' });
      expectWhole(folder);
      expect(readdirSync(join(folder, '.staging'))).toEqual([]);
      for (const { platform, list: file, delta } of readManifest(folder, date).delivered) {
        const today = byAddress(readLines(folder, file.file, date));
        expect([...today.keys()].sort()).toEqual(list.map(sha256Hex).sort());
        // Whoever follows the manifests has the list that this delta is against.
        const against = delta.against ?? '';
        expect(applyDelta(byAddress(readLines(folder, file.file, against)), readLines(folder, delta.file, date))).toEqual(today);
        expect(existsSync(join(folder, against, 'manifest.json'))).toBe(true);
        expect(await storedIds(suite.database, platform)).toEqual(list.map(personIdOf).sort());
      }
    });
  }
});

function build(place: Workspace, asOf: LocalDate, environment: Record<string, string> = {}) {
  return place.hub(['build-audiences', '--as-of', asOf, '--no-progress'], environment);
}

/** A few more persons. */
async function join20(database: Database, list: string[], name: string): Promise<void> {
  const emails = Array.from({ length: 20 }, (_, index) => `${name.replaceAll(/\W/g, '-')}.${index}@post.at`);
  await storePersons(database, emails.map((email) => ({ email, subscriptions: [{ lifecycle: 'active' }] })));
  list.push(...emails);
}

/** Some of them go, the eldest. */
async function leave(database: Database, list: string[]): Promise<void> {
  const gone = list.splice(0, 5);
  await database.read((knex) => knex('enriched_accounts').whereIn('person_id', gone.map(personIdOf)).delete());
}

/** Every file that a manifest names is there whole. */
function expectWhole(folder: string): void {
  const files = filesIn(folder);
  for (const date of readdirSync(folder).filter((name) => existsSync(join(folder, name, 'manifest.json')))) {
    for (const { list, delta } of readManifest(folder, date).delivered) {
      for (const { file, sha256 } of [list, delta]) expect({ file, sha256: sha256Hex(files[`${date}/${file}`] ?? '') }).toEqual({ file, sha256 });
    }
  }
}

async function storedIds(database: Database, platform: string): Promise<string[]> {
  const rows = await database.read((knex) => knex<{ platform: string; person_id: string; hashes: string | null }>('audience_members').where({ platform }).whereNotNull('hashes').orderBy('person_id'));
  return rows.map((row: { person_id: string }) => row.person_id);
}
