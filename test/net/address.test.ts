import { describe, expect, test } from '@jest/globals';

import { literalAddress, refusalOf } from '../../src/net/address.ts';

describe('refusalOf', () => {
  test.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946', '64:ff9b::93.184.216.34', '64:ff9b:1::93.184.216.34', '64:ff9b:1:5db8:d8:2200::'])('allows the public address %s', (address) => {
    expect(refusalOf(address, false)).toBeUndefined();
  });

  test.each([
    ['127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['::1', 'loopback'],
    ['fe80::1', 'linkLocal'],
    ['fd00::1', 'uniqueLocal'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a00:1', 'private'],
    ['64:ff9b::10.1.2.3', 'private'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'linkLocal'],
    ['64:ff9b:1::10.1.2.3', 'private'],
    ['64:ff9b:1:a01:2:300::', 'private'], // 10.1.2.3 behind 48 bits
    ['64:ff9b:1:a:1:203::', 'private'], // behind 56
    ['64:ff9b:1:0:a:102:300:0', 'private'], // behind 64
  ])('refuses %s (%s) unless private ones are allowed', (address, range) => {
    expect(refusalOf(address, false)).toContain(range);
    expect(refusalOf(address, true)).toBeUndefined();
  });

  test.each(['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', '2002:7f00:1::', '64:ff9b::', '64:ff9b:1::', '64:ff9b::224.0.0.1', '::7f00:1', '::a00:1', 'fec0::1', '4000::1', 'no address'])('refuses %s always', (address) => {
    expect(refusalOf(address, true)).toEqual(expect.any(String));
  });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['crm.example', undefined],
])('literalAddress of %s', (host, address) => {
  expect(literalAddress(host)).toBe(address);
});
