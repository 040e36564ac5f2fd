import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

import { intakeKindNames } from '../../src/leads/intake/intake-kind.ts';
import { workspace } from '../support/program/hub.ts';
import { writeMmdb } from '../leads/intake/mmdb.ts';
import { leadRecord } from '../leads/steps/lead-records.ts';

/** A folder with an intake that holds one lead. */
function withLead() {
  const place = workspace();
  writeMmdb(join(place.folder, 'city.mmdb'), { '81.2.69.0/24': { country: { iso_code: 'CH' }, city: { names: { en: 'Zurich' } } } });
  appendFileSync(join(place.folder, 'hub.config.yaml'), '\ngeoip: { city: city.mmdb }\n');
  const batch = join(place.folder, '.hub', 'intake', 'lead', 'brand=alpina', 'batch=20260310T120000Z-0');
  mkdirSync(batch, { recursive: true });
  const record = leadRecord({ lead_id: 'lead_0a', form: 'detox-fr', address: '81.2.69.142', pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ['birth', 'x']] });
  writeFileSync(join(batch, 'part-1.ndjson.gz'), gzipSync(`${JSON.stringify(record)}\n`));
  return place;
}

test('import-intake, leads list and leads show work on what the server has published', async () => {
  const place = withLead();
  const first = await place.hub(['import-intake', '--output', 'json']);
  expect(first).toMatchObject({ code: 0 });
  const kinds = ['alpina', 'belmont', 'corvina'].flatMap((brand) => intakeKindNames.map((entity) => ({ brand, entity, inserted: brand === 'alpina' && entity === 'lead' ? 1 : 0 })));
  expect(first.json()).toMatchObject({ command: 'import-intake', totals: { batches: 1, read: 1, inserted: 1, contacts: 1 }, items: kinds });
  const list = await place.hub(['leads', 'list', '--outcome', 'created', '--output', 'json']);
  expect(list.json()).toEqual({
    items: [
      {
        ...{ lead_id: 'lead_0a', received_at: '2026-03-10T12:00:00.000Z', brand: 'alpina', form: 'detox-fr', partner: null, state: 'unknown', rule: null },
        ...{ outcome: 'created', outcome_reason: null, is_crawler: false, email_sha256: expect.stringMatching(/^[0-9a-f]{64}$/), errors: [{ field: 'birth', category: 'malformed' }] },
      },
    ],
  });
  const show = await place.hub(['leads', 'show', 'lead_0a']);
  expect(show.stdout).toContain('outcome          created');
  expect(show.stdout).toMatch(/geo_status +located[^]*city +Zurich/);
  expect(show.stdout).not.toContain('anna@');
  expect((await place.hub(['leads', 'show', 'lead_0b'])).code).toBe(2);
});

test('explain lead and leads redecide tell what was decided and what would be, without an address', async () => {
  const place = withLead();
  await place.hub(['import-intake']);
  const explained = await place.hub(['explain', 'lead', 'lead_0a', '--output', 'json']);
  expect(explained.json()).toMatchObject({ lead_id: 'lead_0a', outcome: 'created', errors: [{ field: 'birth', category: 'malformed' }], relays: [], steps: { length: 10 } });
  expect(explained.stdout).not.toContain('anna@');
  expect((await place.hub(['explain', 'lead'])).code).toBe(2);
  const redecided = await place.hub(['leads', 'redecide', '--form', 'detox-fr', '--from', '2026-03-10']);
  expect(redecided).toMatchObject({ code: 0, stdout: expect.stringContaining('1 leads were judged') });
  expect((await place.hub(['leads', 'redecide', '--form', 'detox'])).code).toBe(2);
}, 90_000);

test('import-intake --follow goes on until SIGTERM, takes what comes, and ends in order', async () => {
  const place = withLead();
  const following = place.start(['import-intake', '--follow', '1s', '--output', 'json']);
  await new Promise<void>((resolve) => {
    let text = '';
    following.child.stderr?.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('what came was imported')) resolve();
    });
  });
  following.child.kill('SIGTERM');
  const ended = await following.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.json()).toMatchObject({ command: 'import-intake', runs: 1 });
  expect((await place.hub(['import-intake', '--follow', '--dry-run'])).code).toBe(2);
}, 90_000);
