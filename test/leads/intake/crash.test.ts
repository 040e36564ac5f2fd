import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

import { failpoints } from '../../../src/core/failpoint.ts';
import { sha256Hex } from '../../../src/core/hash.ts';
import { compileForms, requireSound } from '../../../src/leads/forms/forms.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { storedState } from '../../support/databases/stored-state.ts';
import { workspace, type Workspace } from '../../support/program/hub.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { FORMS_TEXT, importAll, testIntake, type TestIntake } from './intake.ts';

const ID_KEY = 'a key of the tests, as long as one must be';
const OWN = failpoints.filter((name) => name.startsWith('intake.'));
/** The second batch meets stored leads, and the second brand what the first has written. */
const LATER = ['intake.batch.written:2', 'intake.contacts.folded:2'];
const forms = requireSound(compileForms({ file: 'forms.yaml', text: FORMS_TEXT }, { brands: ['alpina', 'belmont'], redirectHosts: ['go.example'], idKey: ID_KEY }));

function lead(id: string, minute: number, own: Partial<LeadRecord> = {}): LeadRecord {
  return leadRecord({ lead_id: `lead_${id}`, received_at: `2026-03-10T12:${String(minute).padStart(2, '0')}:00.000Z`, pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ['optin', '1']], query: [['color', 'red']], ...own });
}

/** Batches in which a lead comes twice, one is invalid, a line is none, a person was erased; and one that is cut off. */
function publish(intake: TestIntake): void {
  intake.publish('20260310T120000Z-0', [lead('1', 0), lead('2', 5, { pairs: [['email', 'x'], ['phone', '1']] }), 'no record']);
  intake.publish('20260310T120100Z-0', [lead('1', 0), lead('3', 30), lead('4', 31, { pairs: [['email', 'gone@mail.ch'], ['country', 'FR']] })]);
  intake.publish('20260310T120200Z-1', [lead('5', 40, { brand: 'belmont', form: 'f2' })], 'belmont');
  const cut = intake.publish('20260310T120300Z-1', [lead('6', 45, { brand: 'belmont', form: 'f2' })], 'belmont');
  writeFileSync(cut, readFileSync(cut).subarray(0, 60));
}

async function begin(suite: TestDatabase, intake: TestIntake): Promise<void> {
  publish(intake);
  await suite.empty();
  await suite.database.write(async (tx) => {
    await tx('counters').insert({ name: 'change_no', value: 1 }).onConflict('name').merge();
    await tx('email_unsubscribes').insert({ brand: 'alpina', source_id: 'u1', occurred_at: '2026-03-10 12:10:00.000000', email_sha256: sha256Hex('anna@mail.ch'), row_hash: 'h', lake_batch: '20260310T000000Z', lake_row: 1, change_no: 1 });
    await tx('erasures').insert({ email_sha256: sha256Hex('gone@mail.ch'), receipt_id: 'r', erased_at: '2026-01-01 00:00:00.000000', run_id: 'x', words: '[]', counts: '{}' });
  });
}

describeEachDatabase('import-intake, killed', (suite) => {
  const IMPORT = ['import-intake', '--no-progress', '--brand', 'alpina', 'belmont'];
  const intake = testIntake();
  let place: Workspace;
  let clean: Record<string, string[]>;

  beforeAll(async () => {
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY, HUB_INTAKE_URL: `file:${intake.folder}` });
    const config = join(place.folder, 'hub.config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/redirect_hosts: .*/, 'redirect_hosts: [go.example]').replace(/^ {2}- id: corvina[^]*?(?=^\S)/m, '\n'));
    mkdirSync(join(place.folder, 'config'));
    writeFileSync(join(place.folder, 'config', 'forms.yaml'), FORMS_TEXT);
    await begin(suite, intake);
    expect((await place.hub(IMPORT)).code).toBe(3);
    clean = await storedState(suite.database);
    expect(Object.keys(clean)).toEqual(expect.arrayContaining(['raw_leads', 'leads', 'lead_exchanges', 'lead_field_errors', 'lead_params', 'consents', 'contacts', 'contact_events', 'rejected_rows', 'import_batches']));
    expect(clean['leads']).toHaveLength(5);
  }, 60_000);

  for (const point of [...OWN, ...LATER]) {
    test(`${point}: a second run leaves the tables of a clean one`, async () => {
      await begin(suite, intake);
      expect((await place.hub(IMPORT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      expect((await importAll(suite.database, intake, false, [], forms)).status).toBe('refused');
      expect(await storedState(suite.database)).toEqual(clean);
    }, 60_000);
  }
});
