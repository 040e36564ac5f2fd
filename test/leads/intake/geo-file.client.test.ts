import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { openGeoFile } from '../../../src/leads/intake/geo-file.client.ts';
import { geoOf } from '../../../src/leads/steps/geo.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { writeMmdb } from './mmdb.ts';

const ZURICH = { country: { iso_code: 'CH' }, subdivisions: [{ iso_code: 'ZH' }], city: { names: { en: 'Zurich' } }, location: { time_zone: 'Europe/Zurich' } };
const file = (): string => join(temporaryFolder('geo'), 'city.mmdb');

test('a geo file tells where an address is, which it does not know, and when it was built', async () => {
  const builtAt = new Date('2026-03-01T00:00:00Z');
  const geo = await openGeoFile(writeMmdb(file(), { '81.2.69.0/24': ZURICH, '89.160.20.0/24': { country: { iso_code: 'SE' } } }, { builtAt }));
  expect([geo.type, geo.builtMs]).toEqual(['Test-City', builtAt.getTime()]);
  expect(geoOf('81.2.69.142', geo.locate)).toEqual({ geo_status: 'located', country: 'CH', region: 'ZH', city: 'Zurich', time_zone: 'Europe/Zurich', ip_prefix: '81.2.69.0/24' });
  expect(geoOf('89.160.20.112', geo.locate)).toMatchObject({ geo_status: 'located', country: 'SE', city: null });
  expect(geoOf('8.8.8.8', geo.locate)).toMatchObject({ geo_status: 'not_found', country: null });
  expect(geoOf('10.0.0.1', geo.locate)).toMatchObject({ geo_status: 'private' });
  // A file of IPv4 alone: a reader that cannot tell is no reason to lose a lead.
  expect(['not_found', 'unlocated']).toContain(geoOf('2a02:1210::1', geo.locate).geo_status);
});

test('a file that is none, knows no cities or is missing is refused with what to do', async () => {
  const damaged = file();
  writeFileSync(damaged, 'no database');
  for (const each of [damaged, join(temporaryFolder('geo'), 'missing.mmdb'), writeMmdb(file(), { '81.2.69.0/24': ZURICH }, { type: 'Test-ASN' })]) {
    await expect(openGeoFile(each)).rejects.toMatchObject({ kind: 'configuration', code: 'geo_file_unusable', nextStep: expect.stringContaining('geoip.city') });
  }
});
