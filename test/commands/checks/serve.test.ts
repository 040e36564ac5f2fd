import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { writeMmdb } from '../../leads/intake/mmdb.ts';
import { workspace } from '../../support/program/hub.ts';

interface Report {
  readonly checks: readonly { readonly name: string; readonly status: string; readonly found: string; readonly next?: string }[];
}

test('doctor tells of segments that nobody publishes, of the intake, and of a geo file that is missing or old', async () => {
  const place = workspace();
  const config = join(place.folder, 'hub.config.yaml');
  const shipped = readFileSync(config, 'utf8');
  const doctor = async (): Promise<Map<string, Report['checks'][number]>> => {
    const report = (await place.hub(['doctor', '--output', 'json'])).json() as Report;
    return new Map(report.checks.map((check) => [check.name, check]));
  };
  expect([...(await doctor()).values()].filter(({ name }) => ['journal', 'intake', 'fallback', 'geo file'].includes(name)).map(({ name, status }) => [name, status])).toEqual([
    ['journal', 'ok'],
    ['intake', 'ok'],
    ['fallback', 'ok'],
    ['geo file', 'ok'],
  ]);

  const writer = join(place.folder, '.hub', 'journal', '3');
  mkdirSync(writer, { recursive: true, mode: 0o700 });
  const segment = join(writer, '0000000001.journal');
  writeFileSync(segment, '', { mode: 0o600 });
  utimesSync(segment, 1_000_000, 1_000_000);
  writeFileSync(config, `${shipped}\ngeoip: { city: city.mmdb }\n`);
  const missing = await doctor();
  expect(missing.get('journal')).toMatchObject({ status: 'warn', next: expect.stringContaining('hub journal publish') });
  expect(missing.get('geo file')).toMatchObject({ status: 'fail', next: expect.stringContaining('geoip.city') });

  writeMmdb(join(place.folder, 'city.mmdb'), { '81.2.69.0/24': { country: { iso_code: 'CH' } } }, { builtAt: new Date('2020-01-01T00:00:00Z') });
  expect((await doctor()).get('geo file')).toMatchObject({ status: 'warn', found: expect.stringContaining('Test-City'), next: 'load a newer geo file: networks move' });
});
