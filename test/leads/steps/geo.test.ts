import { expect, test } from '@jest/globals';

import { geoOf, type Place } from '../../../src/leads/steps/geo.ts';

const BERN: Place = { country: 'CH', region: 'BE', city: 'Bern', time_zone: 'Europe/Zurich' };

test.each([
  ['203.0.113.9', 'private', '203.0.113.0/24'],
  ['8.8.8.8', 'located', '8.8.8.0/24'],
  ['9.9.9.9', 'not_found', '9.9.9.0/24'],
  ['10.1.2.3', 'private', '10.1.2.0/24'],
  ['::1', 'private', '::/48'],
  ['2a00:1450:4001:81b::200e', 'not_found', '2a00:1450:4001::/48'],
  ['::ffff:8.8.8.8', 'located', '8.8.8.0/24'],
  ['unknown', 'unlocated', null],
])('geoOf puts %s among the %s', (address, status, prefix) => {
  const locate = (asked: string): Place | undefined => (asked.endsWith('8.8.8.8') ? BERN : undefined);
  expect(geoOf(address, locate)).toMatchObject({ geo_status: status, ip_prefix: prefix, country: status === 'located' ? 'CH' : null });
});

test('geoOf loses the place, not the lead, without a file and with one that fails', () => {
  expect(geoOf('8.8.8.8', undefined)).toMatchObject({ geo_status: 'unlocated', ip_prefix: '8.8.8.0/24' });
  const failing = (): Place => {
    throw new Error('the file is cut off');
  };
  expect(geoOf('8.8.8.8', failing)).toMatchObject({ geo_status: 'unlocated', city: null });
});
